ready()
while True:
    pass
