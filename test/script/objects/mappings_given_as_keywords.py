class Pairs:
    def __init__(self, pairs):
        self.pairs = pairs

    def keys(self):
        return [k for k, _ in self.pairs]

    def __getitem__(self, key):
        return dict(self.pairs)[key]


def f(*args, **kwargs):
    return args, kwargs


for call in ["f(**Pairs([('x', 1), ('y', 2)]))", "f(**Pairs([('x', 1), ('x', 2)]))", "f(a=3, **Pairs([('a', 1)]))", "f(**{1: 3}, **{1: 5})", "f(**{1: 3})",
             "f(**{}, **5)", "f(**Pairs(5))"]:
    try:
        print(eval(call))
    except TypeError as e:
        print(e)
