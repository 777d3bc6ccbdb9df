import sys
import os.path
import os.path as p
from os import path, sep as s
from math import (floor, ceil as up,)
print(os.path is p, p is path, s == os.sep, floor(1.5), up(1.5), sys.modules["os"] is os)


def inside():
    import json.decoder
    from json import decoder as d, encoder
    return json.decoder is d, encoder.__name__


print(inside())
for text in ("import nothing_here", "from sys import nothing", "from nothing_here import x", "import sys.nothing",
             "from . import x", "from .a import b"):
    try:
        exec(text, {"__name__": "t", "__package__": None})
    except ImportError as e:
        print(type(e).__name__, e)
ns = {}
exec("from math import *", ns)
print("pi" in ns, "__name__" in ns)
