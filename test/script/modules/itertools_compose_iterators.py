import copy, operator, pickle
from itertools import *


def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


def take(n, it):
    return list(islice(it, n))


print(take(3, count()), take(3, count(5, 2)), take(3, count(1.5, 0.5)), take(3, count(2**63 - 2)), take(3, count(0, -1)), take(2, count(step=10**20)))
print(count(5), count(5, 2), count(1.5), repr(count(2**70)))
show(lambda: count("a"))
print(take(7, cycle("abc")), take(2, cycle("")), take(3, repeat(1)), list(repeat(1, 2)), repeat("x", 3), repeat("x"), list(repeat(1, -3)))
show(lambda: operator.length_hint(repeat(1, 4)))
show(lambda: repeat(1).__length_hint__())
show(lambda: repeat())
print(list(chain("ab", [1], ())), list(chain.from_iterable(["ab", "c"])), chain[int])
show(lambda: list(chain("a", 5)))
show(lambda: chain(a=1))
print(list(compress("abcdef", [1, 0, 1, 0, 1])), list(dropwhile(lambda x: x < 3, [1, 3, 2])), list(takewhile(lambda x: x < 3, [1, 3, 2])))
print(list(filterfalse(None, [0, 1, 2, ""])), list(filterfalse(lambda x: x % 2, range(5))), list(starmap(pow, [(2, 3), (3, 2)])))
show(lambda: list(starmap(pow, [1])))
print(list(pairwise("abcd")), list(pairwise("a")), list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], operator.mul)), list(accumulate([1, 2], initial=10)), list(accumulate([])))
print(list(islice("abcdef", 2)), list(islice("abcdef", 2, 4)), list(islice("abcdef", 1, None, 2)), list(islice("abc", None)), list(islice("abc", 0)))
for args in ((-1,), ("a",), (1, 2, 0), (1, -1), (0, 1, "x")):
    show(lambda: islice("abc", *args))
it = iter(range(10))
print(list(islice(it, 2, 5)), list(it))
for k, g in groupby("aaabbca"):
    print(k, list(g), end=" ")
print([(k, len(list(g))) for k, g in groupby([1, 3, 2, 4, 5], lambda x: x % 2)])
groups = [g for k, g in groupby("aab")]
print([list(g) for g in groups])
a, b, c = tee(range(100), 3)
print(sum(a), take(2, b), sum(c), take(60, b)[-1], list(copy.copy(b))[0], next(b))
print(tee([], 0))
show(lambda: tee([], -1))
print(list(zip_longest("abc", [1], fillvalue="-")), list(zip_longest()), list(zip_longest("ab", [1, 2, 3])))
show(lambda: zip_longest("a", x=1))
print(list(product("ab", [1, 2])), list(product("ab", repeat=2)), list(product()), list(product("", "a")), list(product("ab", repeat=0)))
show(lambda: product("a", repeat=-1))
show(lambda: product("a", rep=1))
print(list(permutations("abc", 2)), len(list(permutations(range(5)))), list(permutations("ab", 3)), list(permutations("ab", 0)), list(permutations("")))
show(lambda: permutations("a", -1))
show(lambda: permutations("a", "x"))
print(list(combinations("abcd", 2)), list(combinations("ab", 3)), list(combinations("ab", 0)), list(combinations_with_replacement("abc", 2)), list(combinations_with_replacement("", 2)))
show(lambda: combinations("a", -1))
show(lambda: combinations("a"))
for make in (lambda: count(3), lambda: count(3, 4), lambda: repeat(1, 3), lambda: chain("ab", "cd"), lambda: compress("abc", [1, 1, 1]), lambda: islice("abcdefg", 1, 6, 2),
             lambda: accumulate([1, 2, 3, 4]), lambda: product("ab", [1, 2]), lambda: permutations("abc", 2), lambda: combinations("abcd", 2),
             lambda: combinations_with_replacement("abc", 2), lambda: cycle("abc"), lambda: zip_longest("abc", "d"), lambda: groupby("aab"), lambda: tee("abc")[0]):
    it = make()
    next(it)
    dup = pickle.loads(pickle.dumps(it)) if type(it).__name__ != "groupby" else it
    if type(it).__name__ == "groupby":
        print([k for k, _ in it])
    else:
        print(type(it).__name__, take(6, dup), take(6, copy.copy(it)), take(6, it))
print([type(x).__name__ for x in (count(), cycle(""), pairwise(""), tee("")[0])], count.__module__)


def boom():
    yield 1
    raise ValueError("boom")


for f in (chain, cycle, pairwise, accumulate, lambda x: islice(x, 5), lambda x: zip_longest(x, "abc"), lambda x: takewhile(bool, x), lambda x: tee(x)[1], lambda x: groupby(x)):
    show(lambda: list(f(boom())))
