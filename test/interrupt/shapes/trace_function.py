import sys


def trace(frame, event, argument):
    while True:
        pass


def f():
    pass


ready()
sys.settrace(trace)
try:
    f()
finally:
    sys.settrace(None)
