class Loop:
    def __repr__(self):
        while True:
            pass


ready()
"%r" % Loop()
