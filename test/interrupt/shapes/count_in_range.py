ready()
range(10**15).count(1.5)
