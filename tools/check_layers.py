#!/usr/bin/env python3
"""Holds the order of the layers and the rules that a search can check.

threadstate <- runtime <- vm <- capi <- tools: no file includes a header of a layer above its own.
Also: Boost in one file, no memory_order_ and no other primitives in threadstate/, the thread-local read only where it may be,
no file over 900 lines, no path of the machine it was written on.
"""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LAYERS = ["threadstate", "runtime", "vm", "capi", "tools"]
MAY_READ_THREAD_LOCAL = re.compile(
    r"^(threadstate/|capi/|test/|tools/|runtime/(slot_thunks\.h|ref\.cpp|slot_bridge.*|type_slots.*|slot_.*\.(h|cpp))$)")


def sources():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    for path in out.split("\n"):
        if re.search(r"\.(h|cpp|c|def|inc)$", path) and os.path.exists(os.path.join(TOP, path)):
            yield path


def enclosing(lines, number):
    """The head of the function that line `number` stands in. C-shaped callbacks have no argument to pass the token in."""
    end = next((i for i in range(number - 1, -1, -1) if re.match(r"[^\s#/}].*[{(,]$|[^\s#/}].*\{ .*\}$", lines[i])), 0)
    return " ".join(lines[end:min(number, end + 3)]).split("{")[0]


def main():
    faults = []
    for path in sources():
        layer = path.split("/")[0]
        with open(os.path.join(TOP, path), encoding="utf-8") as f:
            lines = f.read().split("\n")
        if len(lines) > 900:
            faults.append(f"{path}: {len(lines)} lines; a file over 700 is asking to be split")
        for number, line in enumerate(lines, 1):
            where = f"{path}:{number}"
            m = re.match(r'\s*#\s*include\s+[<"](\w+)/', line)
            if m and layer in LAYERS and m.group(1) in LAYERS:
                if LAYERS.index(m.group(1)) > LAYERS.index(layer):
                    faults.append(f"{where}: {layer} includes a header of {m.group(1)}")
            if re.match(r"\s*#\s*include\s+<boost/", line) and path != "threadstate/sync_boost.cpp":
                faults.append(f"{where}: Boost is included in threadstate/sync_boost.cpp only")
            if layer == "threadstate":
                code = line.split("//")[0]
                if "memory_order" in code:
                    faults.append(f"{where}: only sequentially consistent atomics here")
                if re.search(r"\bstd::(atomic|mutex|thread|condition_variable)\b", code) and path not in (
                        "threadstate/sync.h", "threadstate/sync.cpp"):
                    faults.append(f"{where}: primitives come from sync.h")
            if "current_attached()" in line.split("//")[0] and not MAY_READ_THREAD_LOCAL.match(path):
                if re.search(r"\bAttached\b|\bResult<", enclosing(lines, number)):
                    faults.append(f"{where}: the thread-local is read where a token could be passed")
    for fault in faults:
        print(fault)
    print(f"layers: {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
