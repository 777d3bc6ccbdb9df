n = 0
ready()
while n >= 0:
    n += 1
