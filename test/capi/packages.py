#!/usr/bin/env python3
"""Compiled packages as Debian ships them for CPython, used for real: the output must be python3.11's.

    packages.py BATON [NAME...]      a package that is not installed is skipped, and named
"""
import glob
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3.11"
PACKAGES = "/usr/lib/python3/dist-packages"


def run(program, script):
    env = {**os.environ, "PYTHONPATH": PACKAGES, "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    p = subprocess.run([program, script], capture_output=True, text=True, timeout=280, env=env)
    return p.returncode, p.stdout, p.stderr


def main():
    baton, *names = sys.argv[1:]
    baton = os.path.abspath(baton)
    problems, ran = 0, 0
    for script in sorted(glob.glob(os.path.join(HERE, "packages", "use_*.py"))):
        name = os.path.basename(script)[4:-3]
        if names and name not in names:
            continue
        if not os.path.exists(PYTHON) or subprocess.run([PYTHON, "-c", f"import {name}"], capture_output=True).returncode:
            print(f"skip  {name}: not installed")
            continue
        ran += 1
        expected, found = run(PYTHON, script), run(baton, script)
        if expected[0]:
            sys.exit(f"the reference fails: {expected[2]}")
        if found[:2] == expected[:2]:
            print(f"ok    {name}")
            continue
        problems += 1
        print(f"FAIL  {name}: {found[2].strip()[-1500:]}")
        for a, b in zip(found[1].split("\n"), expected[1].split("\n")):
            if a != b:
                print(f"      found     {a}\n      expected  {b}")
                break
    print(f"packages: {ran} tried, {problems} problems")
    return 1 if problems else 0 if ran else 77


sys.exit(main())
