ready()
sum(range(10**30, 2 * 10**30))
