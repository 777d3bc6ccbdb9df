#!/usr/bin/env python3
"""Baton's benchmarks, side by side with CPython in one run.

    run.py [py] [threads] [programs] [embed] [--quick] [-n N] [--only REGEX] [--modes fair,timed,ticks]
           [--root DIR] [--baton COMMAND] [--reference PYTHON] [--json FILE] [--against FILE]

Every repetition runs all implementations one after the other, in rotating order, so that a drift of the machine hits all of them.
Printed are the medians, and how many times better Baton is: the median over the repetitions of the ratio within a repetition, above
1 meaning faster. Programs in py/ print a checksum, which must be the same everywhere. Those in threads/, programs/ and embed/ print
lines "name value unit"; the servers of programs/ get their load from another process, which the reference runs for all, and check
what it counted.

--json keeps the ratios. --against compares with such a file: a ratio that fell by more than a tenth fails the run.
"""
import argparse
import json
import math
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SMALLER_IS_BETTER = {"s", "ms", "us", "ns"}
LIMIT = 300


class Implementation:
    def __init__(self, name, command, env=None, flags=()):
        self.name, self.command, self.flags = name, command, list(flags)
        self.env = {**os.environ, **(env or {})}


class Failed(Exception):
    pass


def execute(implementation, argv):
    """(seconds, output) of one process."""
    begin = time.perf_counter()
    try:
        p = subprocess.run(argv, env=implementation.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        raise Failed(f"{implementation.name}: no end after {LIMIT} s") from None
    seconds = time.perf_counter() - begin
    if p.returncode:
        last = (p.stderr.strip() or p.stdout.strip()).split("\n")[-1]
        raise Failed(f"{implementation.name}: status {p.returncode}: {last[:150]}")
    return seconds, p.stdout


def repeat(jobs, n, read):
    """jobs: (implementation, argv) pairs. n rounds in rotating order; read(seconds, output) -> {metric: (value, unit)}.
    Returns {metric: {implementation name: [values]}}, {metric: unit}."""
    values, units = {}, {}
    for turn in range(n):
        k = turn % len(jobs)
        for implementation, argv in jobs[k:] + jobs[:k]:
            for metric, (value, unit) in read(*execute(implementation, argv)).items():
                units[metric] = unit
                values.setdefault(metric, {}).setdefault(implementation.name, []).append(value)
    return values, units


def times_better(ours, theirs, unit):
    pairs = zip(theirs, ours) if unit in SMALLER_IS_BETTER else zip(ours, theirs)
    ratios = [a / b for a, b in pairs if a > 0 and b > 0]
    return statistics.median(ratios) if ratios else math.nan


def show(number):
    if not math.isfinite(number):
        return "-"
    return f"{number:.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def geometric_mean(numbers):
    numbers = [n for n in numbers if math.isfinite(n) and n > 0]
    return math.exp(statistics.fmean(map(math.log, numbers))) if numbers else math.nan


class Report:
    def __init__(self, title, implementations):
        self.title, self.reference, self.others = title, implementations[0], implementations[1:]
        self.rows, self.ratios, self.failures = [], {}, []

    def add(self, values, units):
        for metric, by in values.items():
            unit, row = units[metric], [f"{metric} [{units[metric]}]"]
            base = by.get(self.reference.name, [])
            row.append(show(statistics.median(base)) if base else "-")
            for other in self.others:
                ours = by.get(other.name, [])
                ratio = times_better(ours, base, unit)
                row += [show(statistics.median(ours)) if ours else "-", show(ratio)]
                self.ratios.setdefault(other.name, {})[metric] = ratio
            self.rows.append(row)

    def fail(self, program, why):
        self.failures.append(f"{program}: {why}")
        self.rows.append([program, "FAILED"])

    def print(self):
        head = [self.title, self.reference.name]
        foot = ["geometric mean", ""]
        for other in self.others:
            head += [other.name, "times"]
            foot += ["", show(geometric_mean(self.ratios.get(other.name, {}).values()))]
        table = [head, *self.rows, foot]
        widths = [max(len(r[i]) for r in table if i < len(r)) for i in range(len(head))]
        for row in table:
            print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip())
        for f in self.failures:
            print("FAILED", f)
        print(flush=True)


def programs(folder, suffix, only):
    for name in sorted(os.listdir(os.path.join(HERE, folder))):
        if name.endswith(suffix) and re.search(only, name):
            yield name[: -len(suffix)], os.path.join(HERE, folder, name)


def run_scripts(implementations, options):
    report = Report("py (whole process)", implementations)
    for name, path in programs("py", ".py", options.only):
        with open(path, encoding="utf-8") as f:
            quick = re.search(r"^# quick: *(\S+)", f.read(), re.M)
        arguments = [path] + ([quick.group(1)] if options.quick else [])
        sums = set()

        def read(seconds, output):
            found = re.search(r"^checksum (.*)$", output, re.M)
            sums.add(found.group(1) if found else None)
            if len(sums) != 1 or None in sums:
                raise Failed(f"checksums differ: {sorted(map(str, sums))}")
            return {name: (seconds, "s")}

        try:
            report.add(*repeat([(i, i.command + arguments) for i in implementations], options.n, read))
        except Failed as e:
            report.fail(name, e)
    return report


def read_metrics(seconds, output):
    return {m: (float(value), unit) for m, value, unit in re.findall(r"^(\S+) (\S+) (\S+)$", output, re.M)}


def run_measuring(group, implementations, options):
    report = Report(group, implementations)
    scale = "0.2" if options.quick else "1"
    for name, path in programs(group, ".py", options.only):
        try:
            report.add(*repeat([(i, i.command + [path, scale]) for i in implementations], options.n, read_metrics))
        except Failed as e:
            report.fail(name, e)
    return report


def run_embed(implementations, options):
    report = Report("embed", implementations)
    scale = "0.1" if options.quick else "1"
    with tempfile.TemporaryDirectory() as folder:
        for name, path in programs("embed", ".c", options.only):
            jobs = []
            try:
                for i in implementations:
                    out = os.path.join(folder, f"{name}.{i.name}")
                    p = subprocess.run(["gcc", "-O2", path, "-o", out, *i.flags, "-lpthread"], capture_output=True, text=True)
                    if p.returncode:
                        raise Failed(f"{i.name}: does not compile: {p.stderr[:300]}")
                    jobs.append((i, [out, scale]))
                report.add(*repeat(jobs, options.n, read_metrics))
            except Failed as e:
                report.fail(name, e)
    return report


def compare(report, record, before):
    lost = []
    for name, ratios in record.items():
        for metric, ratio in ratios.items():
            old = before.get(report.title, {}).get(name, {}).get(metric)
            if old and ratio < 0.9 * old:
                lost.append(f"{report.title}: {metric} on {name}: {ratio:.2f} times, was {old:.2f}")
    return lost


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("groups", nargs="*", metavar="py|threads|programs|embed")
    ap.add_argument("--quick", action="store_true", help="small sizes and 3 repetitions")
    ap.add_argument("-n", type=int, help="repetitions (5)")
    ap.add_argument("--only", default="", help="regular expression on file names")
    ap.add_argument("--modes", default="fair", help="modes of the lock, for threads and programs (fair)")
    ap.add_argument("--root", default=os.path.join(HERE, "..", "..", "build", "root"))
    ap.add_argument("--baton", help="instead of the one in the root, for all but embed")
    ap.add_argument("--reference", default="/usr/bin/python3")
    ap.add_argument("--json", help="write the ratios there")
    ap.add_argument("--against", help="fail when a ratio fell by more than a tenth since that file")
    options = ap.parse_args()
    options.n = options.n or (3 if options.quick else 5)
    known = ["py", "threads", "programs", "embed"]
    groups = options.groups or known
    unknown = set(groups) - set(known)
    if unknown:
        ap.error(f"no such group: {', '.join(unknown)}")

    root = os.path.realpath(options.root)
    baton = options.baton or os.path.join(root, "bin", "baton")
    if not os.access(baton, os.X_OK):
        ap.error(f"{baton} is missing: tools/dev build makes it")
    theirs = ours = ""
    if "embed" in groups:
        theirs = subprocess.run(["pkg-config", "--cflags", "--libs", "python-3.11-embed"], capture_output=True, text=True).stdout
        ours = subprocess.run([os.path.join(root, "bin", "baton-config"), "--embed", "--cflags", "--ldflags"], capture_output=True,
                              text=True, check=True).stdout
    reference = Implementation("python3", [options.reference], {"BENCH_REFERENCE": options.reference}, flags=shlex.split(theirs))
    product = Implementation("baton", [baton], flags=shlex.split(ours))
    by_mode = [Implementation(m, [baton], {"BATON_GIL": m, "BENCH_REFERENCE": options.reference}) for m in options.modes.split(",")]

    reports = []
    for group in groups:
        if group == "py":
            reports.append(run_scripts([reference, product], options))
        elif group in ("threads", "programs"):
            reports.append(run_measuring(group, [reference, *by_mode], options))
        elif not theirs:
            print("embed: left out, python3.11-dev is not installed\n")
            continue
        else:
            reports.append(run_embed([reference, product], options))
        reports[-1].print()

    problems = [f for r in reports for f in r.failures]
    if options.against:
        with open(options.against, encoding="utf-8") as f:
            before = json.load(f)
        for r in reports:
            problems += compare(r, r.ratios, before)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump({r.title: r.ratios for r in reports}, f, indent=1)
    for p in problems:
        print("PROBLEM", p)
    print(f"medians of {options.n} interleaved repetitions; 'times' above 1: Baton is that many times better")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
