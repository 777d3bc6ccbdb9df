class Key:
    def __hash__(self):
        while True:
            pass


ready()
{Key(): 1}
