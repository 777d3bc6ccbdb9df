ready()
any(map(lambda x: 0, iter(int, 1)))
