ready()
for _ in iter(int, 1):
    pass
