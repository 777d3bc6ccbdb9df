class Never(int):
    def __eq__(self, other):
        return False

    __hash__ = int.__hash__


ready()
Never(1) in range(10**15)
