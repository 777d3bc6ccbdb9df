import re
ready()
while True:
    re.findall("a+b", "a" * 100)
