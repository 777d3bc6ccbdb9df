# What __del__ raises cannot reach the statement that dropped the object: the hook takes it there.
import sys

raised = []


class Loop:
    def __del__(self):
        while True:
            pass


sys.unraisablehook = lambda u: raised.append(u.exc_value)
ready()
Loop()
sys.unraisablehook = sys.__unraisablehook__
raise raised[0]
