ready()
while True:
    for _ in range(3):
        for _ in ():
            pass
