class Loop:
    def __getattr__(self, name):
        while True:
            pass


ready()
Loop().value
