import re
ready()
re.match("(a*)*b", "a" * 60)
