#!/usr/bin/env python3
"""Every C block of README.md stands in a program of test/capi, word for word, so that a test compiles and runs it.

    check_readme.py SOURCE_ROOT
"""
import glob
import os
import re
import sys

root = sys.argv[1]
with open(os.path.join(root, "README.md"), encoding="utf-8") as f:
    blocks = re.findall(r"```c\n(.*?)```", f.read(), re.S)
programs = {}
for path in glob.glob(os.path.join(root, "test", "capi", "*.c")):
    with open(path, encoding="utf-8") as f:
        programs[path] = f.read()
missing = [b for b in blocks if not any(b in text for text in programs.values())]
for block in missing:
    print("not in test/capi: ", block.split("\n")[0], "...")
print(f"README: {len(blocks)} C blocks, {len(missing)} without a test")
sys.exit(1 if missing or not blocks else 0)
