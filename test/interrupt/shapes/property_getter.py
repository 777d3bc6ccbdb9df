class Loop:
    @property
    def value(self):
        while True:
            pass


ready()
Loop().value
