"""Runs one of CPython's test files and writes what became of each test, as it goes.

    driver.py [--cpython-only] NAME RESULTS [SKIP]

Runs under the interpreter to be tested, in a folder of its own, and needs only what the tests need. RESULTS gets a line per event:
"begin ID", then "pass ID", "skip ID", "fail ID" (an assertion) or "error ID" (anything else); "import TEXT" when the file cannot be imported, "left-out TEXT" when it asks to be
skipped, "end" at the end. So a crash or a hang loses one test, and SKIP, a file of ids, leaves that one out next time.

--cpython-only runs the tests too that CPython marks as tests of its own implementation (test.support.cpython_only and impl_detail).
"""
import importlib
import sys

as_cpython = sys.argv[1:2] == ["--cpython-only"]
if as_cpython:
    del sys.argv[1]
name, results_path = sys.argv[1:3]
results = open(results_path, "a", encoding="utf-8", errors="backslashreplace", buffering=1)


def say(what, text=""):
    results.write(f"{what} {text}".strip().replace("\n", " ") + "\n")
    results.flush()


try:
    import unittest
except BaseException as e:
    say("import", f"{type(e).__name__}: {e}")
    raise


class Result(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        self.failed_part = False
        # Some tests put a value of theirs in the place of id().
        self.running, self.name = test, test.id()
        say("begin", self.name)

    def name_of(self, test):
        return self.name if test is getattr(self, "running", None) else test.id()

    def addSuccess(self, test):
        # A test with a failed part gets its addSubTest first and no success.
        say("pass", self.name_of(test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        say("skip", self.name_of(test))

    def addExpectedFailure(self, test, err):
        say("pass", self.name_of(test))

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        say("fail", self.name_of(test))

    def report(self, test, err, what):
        say(what, self.name_of(test))
        print(f"{what.upper()}: {self.name_of(test)}\n{self._exc_info_to_string(err, test)}", file=sys.stderr)

    def addError(self, test, err):
        super().addError(test, err)
        self.report(test, err, "error")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report(test, err, "fail")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None and not self.failed_part:
            self.failed_part = True
            self.report(test, err, "fail" if issubclass(err[0], test.failureException) else "error")


def without(suite, ids):
    kept = unittest.TestSuite()
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            # A suite may be of a class that sets something up; such a one stays whole.
            kept.addTest(without(item, ids) if type(item) is unittest.TestSuite else item)
        elif item.id() not in ids:
            kept.addTest(item)
    return kept


def check_impl_detail(**guards):
    """What test.support.check_impl_detail() says on CPython."""
    from test import support

    guards, default = support._parse_guards(guards)
    return guards.get("cpython", default)


# Files whose classes know only by their test_main() which module they are to test.
RUN_BY_TEST_MAIN = ("test_xml_etree", "test_xml_etree_c")


def main():
    left_out = set()
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="utf-8") as f:
            left_out = set(f.read().split("\n"))
    try:
        from test import support

        if as_cpython:
            support.check_impl_detail = check_impl_detail

        # As python -m test without -u: nothing that needs the network, a display or much time.
        # The servers of test_socketserver are reached over the loopback only, and count as network all the same.
        support.use_resources = ("network",) if name == "test_socketserver" else ()
        support.verbose = 0
        module = importlib.import_module("test." + name)
        run = lambda suite: (without(suite, left_out) if left_out else suite).run(Result())
        if name in RUN_BY_TEST_MAIN:
            support._run_suite = run
        else:
            suite = unittest.TestLoader().loadTestsFromModule(module)
    except unittest.SkipTest as e:
        say("left-out", str(e))
        return
    except BaseException as e:
        say("import", f"{type(e).__name__}: {e}")
        raise
    try:
        if name in RUN_BY_TEST_MAIN:
            module.test_main()
        else:
            run(suite)
    finally:
        support.reap_children()
    say("end")


# Tests of multiprocessing start this file again under another name.
if __name__ == "__main__":
    main()
