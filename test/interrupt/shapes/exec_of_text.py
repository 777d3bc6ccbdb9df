ready()
exec("while True: pass")
