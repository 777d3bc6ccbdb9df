"""coverage, which traces by C and reads code objects in place: lines and, by its tracer in Python, branches."""
import os
import tempfile

import coverage

SOURCE = """
def f(n):
    if n > 3:
        return 1
    elif n > 2:
        return 2
    else:
        return 3

class C:
    def m(self):
        for i in range(3):
            if i == 5:
                break
            yield i

f(1)
list(C().m())
try:
    1 / 0
except ZeroDivisionError:
    x = [i for i in range(3)]
finally:
    y = 1
while y:
    y = 0
else:
    z = (lambda: 1)()
with open(__file__) as opened:
    pass
"""
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "covered.py")
    with open(path, "w") as f:
        f.write(SOURCE)
    code = compile(SOURCE, path, "exec")
    for how in {}, {"branch": True}, {"timid": True}, {"timid": True, "branch": True}:
        measured = coverage.Coverage(data_file=None, config_file=False, include=[path], **how)
        measured.start()
        exec(code, {"__file__": path})
        measured.stop()
        _, statements, excluded, missing, formatted = measured.analysis2(path)
        print(how, measured._collector.tracer_name(), statements, excluded, missing, formatted)
        if how.get("branch"):
            analysis = measured._analyze(path)
            print(sorted(analysis.missing_branch_arcs().items()), analysis.numbers.pc_covered)
