# Wrong numbers of arguments: of slots by their own name, of C methods reached through super().
def show(f, *args):
    try:
        f(*args)
    except TypeError as e:
        print(e)


class L(list):
    def get(self): return super().__getitem__()
    def add(self): return super().append(1, 2)
    def empty(self): return super().clear(1)
    def keyword(self): return super().append(x=1)
    def kept(self):
        add = super().append
        return add()
    def put(self): return super().__setitem__(1)
    def fine(self):
        super().append(3)
        super().extend([4])
        return super().__len__()


for name in ("get", "add", "empty", "keyword", "put", "kept"):
    show(getattr(L(), name))
print(L().fine())
for o in (5, [1], {1: 2}, "s", show, property(), 1j, iter([])):
    for name in ("__pow__", "__setitem__", "__delitem__", "__setattr__", "__delattr__", "__get__", "__set__", "__delete__", "__mul__", "__imul__",
                 "__getitem__", "__contains__", "__next__", "__lt__", "__hash__"):
        method = getattr(type(o), name, None)
        if method:
            show(method, o)
            show(method, o, 1, 2, 3, 4)
    for name in ("append", "clear", "__getitem__", "keys", "pop"):
        method = getattr(o, name, None)
        if method:
            show(method)
            show(method, 1, 2, 3)
add = [].append
try:
    add()
except TypeError as e:
    print(e)
