n = 0
ready()
while True:
    try:
        n += 1
    finally:
        n -= 1
        if n == 0:
            continue
