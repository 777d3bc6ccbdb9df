import typing, types, pickle, copy, collections


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


T = typing.TypeVar("T")
S = typing.TypeVar("S")
print(list[int], dict[str, list[int]], tuple[int, ...], tuple[()], list[T], type[int], list["x"], list[None])
a = dict[T, list[S]]
print(a.__origin__, a.__args__, a.__parameters__, a[int, str], a[int, T])
show(lambda: a[int])
show(lambda: list[int][str])
print(list[int] == list[int], list[int] == list[str], hash(list[int]) == hash(list[int]), list[int] is list[int])
print(list[int]([1, 2]), dict[str, int](a=1), list[int].append, list[int].__name__, list[int].__class__)
show(lambda: isinstance([], list[int]))
show(lambda: issubclass(list, list[int]))
show(lambda: list[int].nothing)
print(*[x for x in list[int]], tuple[*tuple[int, str]], next(iter(list[int])).__unpacked__)


class C(list[int]):
    pass


print(C.__bases__, C.__orig_bases__, pickle.loads(pickle.dumps(list[int])) == list[int], copy.deepcopy(list[T]))
print(types.GenericAlias(int, (str,)), type(list[int]), types.GenericAlias(list, (int, str)))
show(lambda: types.GenericAlias(int))
u = int | str
print(u, u.__args__, u.__parameters__, int | None, None | int, int | int, u | int, list[int] | dict[str, int] | u, type(u))
print(isinstance(1, u), isinstance([], u), issubclass(bool, u), isinstance(None, int | None))
print(u == str | int, hash(u) == hash(str | int), (list[T] | S)[int, str], u == int, u.__module__)
show(lambda: int | 5)
show(lambda: 5 | int)
show(lambda: isinstance([], list[int] | str))
show(lambda: u[int])
show(lambda: types.UnionType())
print(collections.deque[int], collections.OrderedDict[int, str], frozenset[int], enumerate[int])
n = types.SimpleNamespace(a=1, b="x")
print(n, n == types.SimpleNamespace(a=1, b="x"), n.__dict__, n.__reduce__(), pickle.loads(pickle.dumps(n)))
n.self = n
print(n)
show(lambda: types.SimpleNamespace(1))
print(type(None), type(...), type(NotImplemented), ..., NotImplemented, None, (...).__reduce__(), NotImplemented.__reduce__())
show(lambda: type(None)(1))
show(lambda: type(...)(1))
