def key(_):
    while True:
        pass


ready()
sorted([2, 1], key=key)
