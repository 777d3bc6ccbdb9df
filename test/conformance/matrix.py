#!/usr/bin/env python3
"""Runs the conformance kit against two runtimes and compares them, case by case.

    matrix.py BUILD_DIR [--only GROUP|NUMBER ...] [--leave-out NUMBER ...] [--details]

BUILD_DIR holds the group programs, as test/conformance/baton-GROUP and test/conformance/cpython-GROUP. Nothing
is built here. Every case runs in its own process with a time limit; its table row says how it has to end.

    SAME       both do what the row says
    BETTER     Baton does; CPython 3.11 crashes, hangs or stays silent
    DIFFERENT  Baton does; CPython 3.11 answers otherwise (the row gives the reason)
    WORSE      Baton does not

The last line is `SAME a BETTER b DIFFERENT c WORSE d`; the exit code is 1 when d > 0.
"""
import argparse
import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import time

GROUPS = ['lifecycle', 'ensure_release', 'foreign', 'save_restore', 'swap', 'acquire_release', 'pending_calls',
          'async_exceptions', 'locks', 'fairness', 'sub_interpreters', 'fork', 'finalization', 'misuse']
# What Baton's report of a misuse has to say besides the first line; the reference is not held to it.
REPORT = ('GILCHECK CK', '\n  thread : ', '\n  GIL #', '\n  fix    : ')
LIMIT = 10.0
# Under AddressSanitizer a crash still has to end the process by its signal, on both sides.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS=':'.join(filter(None, [
    os.environ.get('ASAN_OPTIONS'), 'handle_segv=0', 'handle_abort=0', 'handle_sigfpe=0'])))
FATAL = 'Fatal Python error: '


class Row:
    def __init__(self, group, fields):
        self.group = group
        self.number, self.tag, self.end, self.text, self.reference, self.title = fields


class Outcome:
    """How a process ended: kind is ok, fatal, crash, hang, silent or whatever its JSON line says."""

    def __init__(self, kind, detail='', notes=None, seconds=0.0, unsaid=()):
        self.kind, self.detail, self.notes, self.seconds = kind, detail, notes or {}, seconds
        self.unsaid = unsaid    # what a fatal error's report leaves out

    def __str__(self):
        text = f'{self.kind}: {self.detail}' if self.detail else self.kind
        return f'{text} (no {", ".join(u.strip() for u in self.unsaid)})' if self.unsaid else text


def rows_of(program, group):
    listed = subprocess.run([program, '--list'], stdout=subprocess.PIPE, text=True, check=True).stdout
    return [Row(group, line.split('\t')) for line in listed.splitlines()]


def run(program, number):
    start = time.monotonic()
    process = subprocess.Popen([program, number], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True, env=ENVIRONMENT)
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Outcome('hang', f'more than {LIMIT:.0f} s', seconds=LIMIT)
    seconds = time.monotonic() - start
    err = err.decode(errors='replace')
    fatal = [line for line in err.splitlines() if FATAL in line]
    code = process.returncode
    # 3: the case itself reports; the text is that of a child.
    if fatal and code not in (0, 3):
        return Outcome('fatal', fatal[0].split(FATAL, 1)[1], seconds=seconds,
                       unsaid=[part for part in REPORT if part not in err])
    if code < 0:
        return Outcome('crash', signal.Signals(-code).name, seconds=seconds)
    for line in reversed(out.decode(errors='replace').splitlines()):
        try:
            report = json.loads(line)
        except ValueError:
            continue
        kind, detail = report.pop('outcome'), report.pop('detail')
        report.pop('case')
        if (kind == 'ok') != (code == 0):
            return Outcome('failed', f'reported {kind}, exit code {code}', report, seconds)
        last = err.strip().splitlines()[-1:] if kind == 'failed' else []
        return Outcome(kind, ' | '.join([detail] + last), report, seconds)
    return Outcome('failed', f'no report, exit code {code}: {err.strip()[-200:]}', seconds=seconds)


def holds(row, outcome):
    if outcome.kind == 'ok':
        return row.end in ('runs', 'defined')
    if outcome.kind == 'fatal':
        return row.end in ('dies', 'defined') and row.text in outcome.detail
    return False


def verdict(row, ours, theirs):
    if not holds(row, ours) or row.group == 'misuse' and ours.unsaid:
        # A kernel that has no system-call filter can judge neither side.
        return 'SAME' if ours.kind == theirs.kind == 'skipped' else 'WORSE'
    if row.end != 'defined' and holds(row, theirs):
        return 'SAME'
    if row.end == 'defined' and theirs.kind == ours.kind:
        return 'SAME'
    if theirs.kind in ('crash', 'hang', 'stuck', 'silent', 'starved'):
        return 'BETTER'
    return 'DIFFERENT'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build', help='the build directory')
    parser.add_argument('--only', nargs='+', default=[], help='group names or case numbers')
    parser.add_argument('--leave-out', nargs='+', default=[], metavar='NUMBER')
    parser.add_argument('--details', action='store_true', help='show the outcome and figures of both for every case')
    args = parser.parse_args()

    where = os.path.join(args.build, 'test', 'conformance')
    programs = {(who, g): os.path.join(where, f'{who}-{g}') for who in ('baton', 'cpython') for g in GROUPS}
    missing = [p for p in programs.values() if not os.access(p, os.X_OK)]
    if missing:
        sys.exit('not built: ' + ', '.join(missing))
    rows = [r for g in GROUPS for r in rows_of(programs['baton', g], g)]
    if args.only:
        known = set(GROUPS) | {r.number for r in rows}
        unknown = [o for o in args.only if o not in known]
        if unknown:
            sys.exit('no such group or case: ' + ', '.join(unknown))
        rows = [r for r in rows if r.group in args.only or r.number in args.only]
    rows = [r for r in rows if r.number not in args.leave_out]

    counts = dict.fromkeys(('SAME', 'BETTER', 'DIFFERENT', 'WORSE'), 0)
    # A reference that hangs or crashes by the table does so without using a processor: those run beside the rest.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        early = {r.number: pool.submit(run, programs['cpython', r.group], r.number)
                 for r in rows if r.reference == 'hang'}
        group = None
        for row in rows:
            if row.group != group:
                group = row.group
                print(f'-- {group}')
            ours = run(programs['baton', row.group], row.number)
            if row.number in early:
                theirs = early[row.number].result()
            else:
                theirs = run(programs['cpython', row.group], row.number)
            result = verdict(row, ours, theirs)
            counts[result] += 1
            print(f'{row.number:>5} {row.tag} {result:9} {row.title}')
            if args.details or result != 'SAME':
                print(f'{"":18}baton:   {ours}')
                print(f'{"":18}cpython: {theirs}')
                if result == 'DIFFERENT' and row.reference:
                    print(f'{"":18}reason:  {row.reference}')
            names = [n for n in ours.notes if n in theirs.notes] if not args.details else list(ours.notes)
            for name in names:
                print(f'{"":18}{name}: {ours.notes[name]:g} (cpython {theirs.notes.get(name, float("nan")):g})')
            sys.stdout.flush()
    print(' '.join(f'{name} {n}' for name, n in counts.items()))
    return 1 if counts['WORSE'] else 0


if __name__ == '__main__':
    sys.exit(main())
