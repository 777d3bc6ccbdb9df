#!/usr/bin/env python3
"""Runs CPython's own test files (package libpython3.11-testsuite) on Baton and counts what passes.

    cpython_tests.py [--tier TIER] [FILE or TIER ...] [-j JOBS] [--limit SECONDS] [--lists] [--baseline | --keep-baseline] [--quick]
                     [--cpython-only] [--record] [-X OPTION ...]

Without names: the tiers T1, T2 and T3 of tools/cpython_tests.tsv. Each file runs in a process of its own, in a folder of its own, with
a time limit. When a test crashes or hangs, the file is run again without it. The counts are set against those of python3.11, kept in
the table; --lists also runs python3.11, and names each test that it passes and Baton does not. The last line is the total,
"N passed, M failed, E errors, S skipped"; a crash, a hang and a file that cannot be imported are errors.

Tests of what is CPython's alone, its bytecode above all, are named in tools/cpython_tests_left_out.tsv with the reason; they are not run
on Baton and not expected of it.

tools/cpython_tests_baseline.tsv keeps what passes on Baton: per file the seconds it took, the number of tests that pass, and which do
not. With --baseline the run fails when a test that passed there does not pass now, in two runs of its file; --quick chooses the files
that take little time, which is what CI runs. --keep-baseline writes the rows anew from this run. --cpython-only has a baseline of its
own beside it.

--cpython-only also runs on Baton the tests that CPython's files skip on any other implementation (test.support.cpython_only and
impl_detail): what they ask is no part of the language, and much of it holds here too.

Results and the output of every file are kept in build/cpython-tests. --record runs python3.11 only and writes its counts into the
table. -X passes options on to Baton: -X gil=ticks -X ticks=1.
"""
import argparse
import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = os.path.join(TOP, "tools", "cpython_tests.tsv")
LEFT_OUT = os.path.join(TOP, "tools", "cpython_tests_left_out.tsv")
BASELINES = {False: os.path.join(TOP, "tools", "cpython_tests_baseline.tsv"), True: os.path.join(TOP, "tools", "cpython_tests_baseline_cpython_only.tsv")}
DRIVER = os.path.join(TOP, "tools", "cpython_tests_driver.py")
OUT = os.path.join(TOP, "build", "cpython-tests")
REFERENCE = "/usr/bin/python3.11"
ATTEMPTS = 6  # of one file: the first, and one after each crash or hang
QUICK = 6.0  # seconds that a file of --quick took when the baseline was kept


def read_table():
    with open(TABLE, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    return {name: (tier, int(count)) for name, tier, count in rows}


def read_left_out():
    """{file: [test id, ...]}"""
    out = {}
    with open(LEFT_OUT, encoding="utf-8") as f:
        for line in f:
            test, tab, reason = line.rstrip("\n").partition("\t")
            if line.startswith("#") or not line.strip():
                continue
            if not reason:
                sys.exit(f"{LEFT_OUT}: no reason for {test}")
            out.setdefault(test.split(".")[1], []).append(test)
    return out


def write_counts(counts):
    with open(TABLE, encoding="utf-8") as f:
        lines = f.read().split("\n")
    for i, line in enumerate(lines):
        cells = line.split("\t")
        if cells[0] in counts:
            lines[i] = "\t".join([*cells[:2], str(counts[cells[0]])])
    with open(TABLE, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))


def read_baseline(path):
    """{file: (seconds, tests that pass, {test that does not, without "test.FILE."})}"""
    out = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                name, seconds, passed, others = line.rstrip("\n").split("\t")
                out[name] = (float(seconds), int(passed), set(others.split()))
    return out


def short(name, test):
    return test.removeprefix(f"test.{name}.").replace(" ", "_")


def not_passed(name, result):
    return {short(name, t) for t in [*result["failed"], *result["errors"], *(which for which, _ in result["lost"])] if t}


def write_baseline(path, found):
    rows = read_baseline(path) if os.path.exists(path) else {}
    for name, result in found.items():
        rows[name] = (result["seconds"], len(result["passed"]), not_passed(name, result))
    order = {name: i for i, name in enumerate(read_table())}
    with open(path, "w", encoding="utf-8") as f:
        f.write("# What passes of CPython's test files on Baton, kept by cpython_tests.py --keep-baseline: file, seconds, tests that pass, tests\n")
        f.write("# that do not.\n")
        for name in sorted(rows, key=order.get):
            seconds, passed, others = rows[name]
            f.write(f"{name}\t{seconds:.1f}\t{passed}\t{' '.join(sorted(others))}\n")


def slipped(name, result, kept):
    """What passed when the baseline was kept and does not now, in words."""
    _, passed, others = kept
    out = [f"{name}: {test} passed" for test in sorted(not_passed(name, result) - others)]
    if not out and len(result["passed"]) < passed:
        out.append(f"{name}: {passed} tests passed, now {len(result['passed'])}  {result['note']}")
    return out


def run_process(argv, folder, log, limit):
    """Runs in a session of its own, so that what it leaves behind can be ended with it. Returns "" or what went wrong."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "BATON"))}
    env.update(LC_ALL="C.UTF-8", TMPDIR=folder, TERM="dumb")
    p = subprocess.Popen(argv, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        status = p.wait(limit)
        how = "" if status in (0, 1) else f"status {status}" if status > 0 else signal.Signals(-status).name
    except subprocess.TimeoutExpired:
        how = "time"
    try:
        os.killpg(p.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    p.wait()
    return how


def run_file(python, name, limit, log_path, interpreter_options=(), left_out=(), driver_options=()):
    """{"passed": [...], "failed": [...], "errors": [...], "skipped": [...], "lost": [[id, how]], "note": text, "seconds": s} of one file."""
    out = {"passed": set(), "failed": set(), "errors": set(), "skipped": set(), "lost": [], "note": "", "seconds": 0.0}
    began = time.monotonic()
    kinds = {"pass": "passed", "fail": "failed", "error": "errors", "skip": "skipped"}
    folder = tempfile.mkdtemp(prefix="cpython-test-")
    results, skip = os.path.join(folder, "results"), os.path.join(folder, "skip")
    # The tests write where they run; what is compared lies beside.
    work = os.path.join(folder, "work")
    if left_out:
        with open(skip, "w", encoding="utf-8") as f:
            f.writelines(test + "\n" for test in left_out)
    try:
        with open(log_path, "w", encoding="utf-8") as log:
            for _ in range(ATTEMPTS):
                shutil.rmtree(work, ignore_errors=True)
                os.mkdir(work)
                open(results, "w").close()
                argv = [python, "-E", "-bb", "-W", "default", *interpreter_options, DRIVER, *driver_options, name, results] + ([skip] if os.path.exists(skip) else [])
                how = run_process(argv, work, log, limit)
                current, ended = None, False
                with open(results, encoding="utf-8", errors="replace") as f:
                    for line in f:
                        what, _, text = line.rstrip("\n").partition(" ")
                        if what == "begin":
                            current = text
                        elif what in kinds:
                            out[kinds[what]].add(text)
                            current = None
                        elif what in ("import", "left-out"):
                            out["note"], ended = text if what == "import" else f"left out: {text}", True
                        elif what == "end":
                            ended = True
                if ended:
                    break
                out["lost"].append([current or "", how or "ended early"])
                if not current:
                    out["note"] = f"ends before its first test: {how or 'ended early'}" if not out["passed"] else out["note"]
                    break
                with open(skip, "a", encoding="utf-8") as f:
                    f.write(current + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lost = {i for i, _ in out["lost"]}
    out["failed"] -= out["errors"]
    out["passed"] -= out["failed"] | out["errors"] | lost
    out["seconds"] = time.monotonic() - began
    return {k: sorted(v) if isinstance(v, set) else v for k, v in out.items()}


def run_all(python, names, options, kind, left_out={}):
    folder = os.path.join(OUT, kind)
    os.makedirs(folder, exist_ok=True)
    extra = [word for o in options.x if kind == "baton" for word in ("-X", o)]
    more = ["--cpython-only"] if options.cpython_only and kind == "baton" else []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as crew:
        jobs = {crew.submit(run_file, python, n, options.limit, os.path.join(folder, n + ".log"), extra, left_out.get(n, ()), more): n for n in names}
        for job in concurrent.futures.as_completed(jobs):
            yield jobs[job], job.result()


def line_of(name, tier, result, expected):
    text = f"{name:34} {tier}  {len(result['passed']):5} of {expected:5}"
    if result["failed"]:
        text += f"  {len(result['failed'])} fail"
    if result["errors"]:
        text += f"  {len(result['errors'])} errors"
    for which, how in result["lost"]:
        text += f"  {how} in {which.rsplit('.', 1)[-1] or 'the file'}"
    return text + (f"  {result['note'][:100]}" if result["note"] else "")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("names", nargs="*", metavar="FILE|TIER")
    ap.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    ap.add_argument("--limit", type=float, default=180, help="seconds for one file (180)")
    ap.add_argument("--lists", action="store_true")
    ap.add_argument("--tier", action="append", default=[])
    which = ap.add_mutually_exclusive_group()
    which.add_argument("--baseline", action="store_true")
    which.add_argument("--keep-baseline", action="store_true")
    ap.add_argument("--quick", action="store_true")
    ap.add_argument("--cpython-only", action="store_true", help="also what CPython's files skip on any other implementation")
    ap.add_argument("--record", action="store_true")
    ap.add_argument("-X", dest="x", action="append", default=[], metavar="OPTION", help="an option for Baton")
    ap.add_argument("--baton", default=os.path.join(TOP, "build", "root", "bin", "baton"))
    options = ap.parse_args()
    baseline = BASELINES[options.cpython_only]
    table = read_table()
    chosen = options.names + options.tier or ["T1", "T2", "T3"]
    tiers = {tier for tier, _ in table.values()}
    unknown = [n for n in chosen if n not in table and n not in tiers]
    if unknown:
        ap.error(f"neither a test file nor a tier of {TABLE}: {', '.join(unknown)}")
    names = [n for n, (tier, _) in table.items() if n in chosen or tier in chosen]
    kept = read_baseline(baseline) if options.baseline or options.quick else {}
    if options.baseline or options.quick:
        names = [n for n in names if n in kept and (not options.quick or kept[n][0] <= QUICK)]

    if options.record:
        for name, result in run_all(REFERENCE, names, options, "python3.11"):
            print(line_of(name, table[name][0], result, table[name][1]), flush=True)
            # A file that was not run to its end, or failed for the machine's sake, says nothing about how much passes.
            if not (result["lost"] or result["failed"] or result["errors"]):
                write_counts({name: len(result["passed"])})
        return 0

    found, left_out = {}, read_left_out()
    table = {n: (tier, max(0, count - len(left_out.get(n, ())))) for n, (tier, count) in table.items()}
    for name, result in run_all(os.path.abspath(options.baton), names, options, "baton", left_out):
        found[name] = result
        print(line_of(name, *table[name][:1], result, table[name][1]), flush=True)
    with open(os.path.join(OUT, "results.json"), "w", encoding="utf-8") as f:
        json.dump(found, f, indent=0)

    print()
    for tier in sorted({table[n][0] for n in names}):
        members = [n for n in names if table[n][0] == tier]
        passed, expected = sum(len(found[n]["passed"]) for n in members), sum(table[n][1] for n in members)
        whole = sum(len(found[n]["passed"]) >= table[n][1] for n in members)
        share = 100 * passed / expected if expected else 0
        print(f"{tier}: {passed} of {expected} tests pass ({share:.1f} %); {whole} of {len(members)} files as on python3.11")
    missing = {}
    for result in found.values():
        if result["note"].startswith("ModuleNotFoundError: No module named "):
            module = result["note"].split("'")[1]
            missing[module] = missing.get(module, 0) + 1
    for module, count in sorted(missing.items(), key=lambda m: -m[1]):
        print(f"{count} files wait for the module {module}")

    status = 0
    if options.lists:
        for name, theirs in run_all(REFERENCE, names, options, "python3.11", left_out):
            for test in sorted(set(theirs["passed"]) - set(found[name]["passed"])):
                print("only on python3.11:", test)
    if options.keep_baseline:
        write_baseline(baseline, found)
    if options.baseline:
        suspects = [n for n in names if slipped(n, found[n], kept[n])]
        # A busy machine can fail a test once.
        for name, again in run_all(os.path.abspath(options.baton), suspects, options, "baton", left_out):
            for what in slipped(name, again, kept[name]):
                print("does not pass any more:", what)
                status = 1
            found[name] = again
    print(f"logs and results: {os.path.relpath(OUT)}")
    counts = {k: sum(len(r[k]) for r in found.values()) for k in ("passed", "failed", "errors", "skipped")}
    counts["errors"] += sum(len(r["lost"]) or r["note"].partition(":")[0].endswith("Error") for r in found.values())
    print(", ".join(f"{n} {k}" for k, n in counts.items()))
    return status


if __name__ == "__main__":
    sys.exit(main())
