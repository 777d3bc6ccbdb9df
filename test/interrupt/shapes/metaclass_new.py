class Meta(type):
    def __new__(*args):
        while True:
            pass


ready()


class Loop(metaclass=Meta):
    pass
