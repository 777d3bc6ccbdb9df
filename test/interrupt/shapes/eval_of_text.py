ready()
eval("[0 for _ in iter(int, 1)  if 0]")
