#!/usr/bin/env python3
"""Prints what ninja has to build for one suite of tests: suite_targets.py BUILD_DIR SUITE"""
import json
import os
import subprocess
import sys


def introspect(what):
    return json.loads(subprocess.run(["meson", "introspect", sys.argv[1], what], capture_output=True, text=True, check=True).stdout)


build, suite = os.path.abspath(sys.argv[1]), sys.argv[2]
files = {t["id"]: t["filename"] for t in introspect("--targets")}
tests = [t for t in introspect("--tests") if any(s.split(":")[-1] == suite for s in t["suite"])]
if not tests:
    sys.exit(f"no test belongs to the suite {suite}")
needed = {name for t in tests for id_ in t["depends"] for name in files[id_]}
print(*sorted(os.path.relpath(name, build) for name in needed))
