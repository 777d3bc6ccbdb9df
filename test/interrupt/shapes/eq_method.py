class Key:
    def __eq__(self, other):
        while True:
            pass

    def __hash__(self):
        return 1


ready()
{Key(): 1, Key(): 2}
