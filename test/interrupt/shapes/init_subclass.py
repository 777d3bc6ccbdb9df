class Base:
    def __init_subclass__(cls):
        while True:
            pass


ready()


class Loop(Base):
    pass
