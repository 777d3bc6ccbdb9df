#!/usr/bin/env python3
"""Runs script tests: one behaviour per file, the file's name is the requirement.

    run_scripts.py PYTHON DIRECTORY... [--only REGEX] [--oracle] [-j N] [--options "..."]

A file says what it prints on the line that prints it:

    print(1 + 1)            # expect: 2
    # raises: ValueError: message     the script ends with this exception
    # stderr: text                    a line that standard error must hold
    # exit: 3                         the exit status (default 0, or 1 with `raises`)
    # args: a b                       arguments of the script
    # options: -X gil=ticks           options of the interpreter, Baton only
    # needs: _ast                     skipped, and counted as such, where this module cannot be imported

Files without any such line must print what /usr/bin/python3.11 prints (recorded in FILE.out beside it).
--oracle runs the files on CPython itself, to show that the expectations are right; a line `# differs: reason` excuses a file.
"""
import argparse
import functools
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

LIMIT = 60


def expectations(path):
    want = {"out": [], "raises": None, "stderr": [], "exit": None, "args": [], "options": [], "differs": None, "needs": None, "any": False}
    with open(path, encoding="utf-8") as f:
        for line in f:
            m = re.search(r"#\s*(expect|raises|stderr|exit|args|options|differs|needs):\s?(.*)$", line.rstrip("\n"))
            if not m:
                continue
            key, text = m.groups()
            if key == "expect":
                want["out"].append(text)
            elif key in ("raises", "differs", "needs"):
                want[key] = text
            elif key == "stderr":
                want["stderr"].append(text)
            elif key == "exit":
                want["exit"] = int(text)
            else:
                want[key] = shlex.split(text)
            want["any"] |= key in ("expect", "raises", "stderr", "exit")
    return want


SKIPPED = "skipped"


@functools.lru_cache(None)
def importable(python, module):
    return subprocess.run([*python, "-c", f"import {module}"], capture_output=True, timeout=LIMIT).returncode == 0


def run(python, path, oracle):
    want = expectations(path)
    if oracle and want["differs"]:
        return path, None
    if want["needs"] and not importable(tuple(python), want["needs"]):
        return path, SKIPPED
    command = [*python, *([] if oracle else want["options"]), path, *want["args"]]
    try:
        p = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL, errors="replace")
    except subprocess.TimeoutExpired:
        return path, f"no end after {LIMIT} s"
    faults = []
    if want["any"]:
        out = p.stdout.split("\n")
        if out and out[-1] == "":
            out.pop()
        expected = want["out"]
        if [o.rstrip() for o in out] != [e.rstrip() for e in expected]:
            at = next((i for i, (a, b) in enumerate(zip(out, expected)) if a.rstrip() != b.rstrip()), min(len(out), len(expected)))
            faults.append(f"line {at + 1} of the output: got {out[at] if at < len(out) else '<end>'!r}, "
                          f"expected {expected[at] if at < len(expected) else '<end>'!r}")
    else:
        recorded = path[:-3] + ".out"
        with open(recorded, encoding="utf-8") as f:
            if f.read() != p.stdout:
                faults.append(f"output differs from {os.path.basename(recorded)}")
    status = want["exit"] if want["exit"] is not None else 1 if want["raises"] else 0
    if p.returncode != status:
        faults.append(f"exit status {p.returncode}, expected {status}")
    if want["raises"] and want["raises"] not in p.stderr:
        faults.append(f"did not end with {want['raises']!r}")
    for text in want["stderr"]:
        if text not in p.stderr:
            faults.append(f"standard error lacks {text!r}")
    if faults and p.stderr:
        faults.append("standard error ends: " + " | ".join(p.stderr.strip().split("\n")[-4:]))
    return path, "; ".join(faults) or None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("python")
    parser.add_argument("directory", nargs="+")
    parser.add_argument("--only")
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--options", default="")
    parser.add_argument("-j", type=int, default=2)
    opt = parser.parse_args()
    paths = []
    for directory in opt.directory:
        for folder, _, names in os.walk(directory):
            paths += [os.path.join(folder, n) for n in names if n.endswith(".py") and not n.startswith("_")]
    paths = sorted(p for p in paths if not opt.only or re.search(opt.only, p))
    if not paths:
        print("no script found")
        return 1
    failed = skipped = 0
    with ThreadPoolExecutor(opt.j) as pool:
        for path, fault in pool.map(lambda p: run([opt.python, *shlex.split(opt.options)], p, opt.oracle), paths):
            if fault is SKIPPED:
                skipped += 1
                print(f"SKIP {path}: a module it needs is not there yet")
            elif fault:
                failed += 1
                print(f"FAIL {path}: {fault}")
    print(f"scripts: {len(paths) - failed - skipped} of {len(paths)} pass, {skipped} skipped, {failed} fail")
    return 1 if failed else 0


sys.exit(main())
