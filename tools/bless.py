#!/usr/bin/env python3
"""Compares the register code of test/golden/*.py with the recorded test/golden/*.dis, and records it anew on request.

    bless.py BATON           compare: the exit status is 1 and the differences are shown when the code has changed
    bless.py BATON --write   record, and show the differences, which are to be reviewed
"""
import argparse
import difflib
import glob
import os
import subprocess
import sys

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "test", "golden")
SHOW = """
import sys, _register_code
with open(sys.argv[1], encoding='utf-8') as f:
    code = compile(f.read(), sys.argv[2], 'exec')
sys.stdout.write(_register_code.disassemble_all(code))
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("baton", nargs="+")
    parser.add_argument("--write", action="store_true")
    opt = parser.parse_args()
    changed = 0
    sources = sorted(glob.glob(os.path.join(FOLDER, "*.py")))
    for source in sources:
        p = subprocess.run([*opt.baton, "-c", SHOW, source, os.path.basename(source)], capture_output=True, text=True, timeout=60)
        if p.returncode:
            print(f"{source}: {p.stderr}")
            return 2
        recorded = source[:-3] + ".dis"
        before = ""
        if os.path.exists(recorded):
            with open(recorded, encoding="utf-8") as f:
                before = f.read()
        if before == p.stdout:
            continue
        changed += 1
        name = os.path.basename(recorded)
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), p.stdout.splitlines(True), name, name + " now"))
        if opt.write:
            with open(recorded, "w", encoding="utf-8") as f:
                f.write(p.stdout)
    print(f"{len(sources)} files, {changed} " + ("recorded" if opt.write else "changed"))
    return 1 if changed and not opt.write else 0


if __name__ == "__main__":
    sys.exit(main())
