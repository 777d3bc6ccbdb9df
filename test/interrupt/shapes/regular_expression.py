import re
ready()
re.match("(a|aa)+$", "a" * 200 + "b")
