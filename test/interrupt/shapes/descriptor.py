class Loop:
    def __get__(self, instance, owner):
        while True:
            pass


class Owner:
    value = Loop()


ready()
Owner().value
