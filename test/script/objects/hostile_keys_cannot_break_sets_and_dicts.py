# __eq__ and __hash__ of keys run in the middle of operations: they change the very tables, raise, or lie.
import gc
import weakref


class Key:
    def __init__(self, n, act=None):
        self.n, self.act = n, act

    def __hash__(self):
        return 77

    def __eq__(self, other):
        if self.act:
            self.act(self, other)
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return 'Key(%r)' % self.n


def attempt(label, f):
    try:
        r = f()
    except Exception as e:
        print(label, type(e).__name__, e)
    else:
        print(label, r if isinstance(r, (bool, int, str, type(None))) else sorted(map(repr, r)))


def fill(target, keys):
    for k in keys:
        target.add(k)
    return target


# The table is cleared, grown or emptied of the candidate while it is compared.
for label, act in (('clear', lambda s: s.clear()), ('grow', lambda s: s.update(range(100))), ('none', lambda s: None)):
    for op in ('add', 'discard', '__contains__', 'remove'):
        s = fill(set(), [Key(1), Key(2)])
        once = []

        def hostile(me, other):
            if not once:
                once.append(1)
                act(s)
        probe = Key(2, hostile)
        attempt(label + ' ' + op, lambda: getattr(s, op)(probe))
        print(len(s), len(once))

for label, act in (('clear', lambda d: d.clear()), ('grow', lambda d: d.update(dict.fromkeys(range(100)))), ('none', lambda d: None)):
    for op in ('get', '__contains__', 'setdefault', 'pop', '__getitem__', '__delitem__'):
        d = {Key(1): 'a', Key(2): 'b'}
        once = []

        def hostile(me, other):
            if not once:
                once.append(1)
                act(d)
        probe = Key(2, hostile)
        attempt(label + ' ' + op, lambda: getattr(d, op)(probe))
        print(len(d), len(once))


# Operations over two sets, either of which vanishes meanwhile.
def pair(act_on):
    a, b = set(), set()
    state = {'left': 3}

    def hostile(me, other):
        if state['left']:
            state['left'] -= 1
            if state['left'] == 0:
                act_on(a, b)
    fill(a, [Key(i, hostile) for i in range(4)])
    fill(b, [Key(i, hostile) for i in range(2, 6)])
    state['left'] = 4
    return a, b


for label, act in (('clear left', lambda a, b: a.clear()), ('clear right', lambda a, b: b.clear()),
                   ('both', lambda a, b: (a.clear(), b.clear())), ('grow', lambda a, b: (a.update(range(50)), b.update(range(50))))):
    for op in ('__or__', '__and__', '__sub__', '__xor__', 'isdisjoint', 'issubset', 'update', 'difference_update',
               'symmetric_difference_update', 'intersection_update', 'issuperset', '__eq__'):
        a, b = pair(act)
        try:
            getattr(a, op)(b)
        except Exception as e:
            print(label, op, type(e).__name__)
        for s in (a, b):
            for k in list(s):
                assert isinstance(k, (Key, int))
print('survived')


# Raising: nothing is lost.
class Fault(Exception):
    pass


def fault(me, other):
    raise Fault('eq')


s = {Key(1)}
d = {Key(1): 1}
for f in (lambda: s.add(Key(2, fault)), lambda: Key(2, fault) in s, lambda: s | {Key(3, fault)}, lambda: s - {Key(3, fault)},
          lambda: s & {Key(3, fault)}, lambda: s ^ {Key(3, fault)}, lambda: d.get(Key(2, fault)), lambda: d.update({Key(2, fault): 1}),
          lambda: s.isdisjoint([Key(3, fault)]), lambda: s.isdisjoint({Key(3, fault)}), lambda: {Key(1, fault), Key(2, fault)}):
    attempt('fault', f)
print(s, d)


class NoHash:
    __hash__ = None


class BadHash:
    def __hash__(self):
        raise Fault('hash')


for f in (lambda: {NoHash()}, lambda: [] in s, lambda: s.add([]), lambda: s.discard({}), lambda: {BadHash()}, lambda: s.remove(BadHash()),
          lambda: d[[]], lambda: d.setdefault([], 1), lambda: s.update([1, []]), lambda: set([{}]), lambda: s.difference([[]]),
          lambda: {1, 2} in {frozenset((1, 2))}, lambda: {frozenset((1, 2))}.discard({1, 2}), lambda: hash((1, []))):
    attempt('hash', f)


# Keys of an equal hash but another type stand between a str or int and its place.
class Like:
    asked = 0

    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return hash(self.v)

    def __eq__(self, other):
        Like.asked += 1
        return self.v == other


for v in ('text', 5, 2**40, -1, (1, 'x')):
    s, d = {Like(v)}, {Like(v): 'found'}
    print(v in s, v in d, d[v], d.get(v), len(s | {v}), len(s & {v}), len(s - {v}), len(s ^ {v}), Like(v) in {v}, {v: 1}[Like(v)])
    d[v] = 'new'
    print(len(d), d[v], [type(k).__name__ for k in d])
    n = Like.asked
    assert v in s and Like.asked == n + 1

nan = float('nan')
s = {nan, float('nan')}
print(len(s), nan in s, float('nan') in s, len({nan} | {nan}), len({nan} & {nan}), (1, nan) in {(1, nan)})

# What a set drops may look at the set.
class Watcher:
    def __del__(self):
        seen.append(len(box))


seen = []
box = {Watcher(), Watcher(), Watcher()}
box.clear()
print(seen)
seen = []
box = {1}
box.add(Watcher())
box -= {x for x in box if not isinstance(x, int)}
print(seen)


class Listy(list):
    pass


# A list that changes under an operation that walks it.
walked = [1, 2, 3]


class Appender:
    def __init__(self):
        self.done = False

    def __hash__(self):
        if not self.done:
            self.done = True
            walked.extend([8, 9])
        return 3

    def __eq__(self, other):
        return self is other


walked.insert(1, Appender())
print(sorted(x for x in set(walked) if isinstance(x, int)))
walked[:] = [1, 2, 3, 4]


class Cutter:
    def __hash__(self):
        del walked[2:]
        return 1


walked.insert(1, Cutter())
print(len(set(walked)), len(walked))

ref = weakref.ref(frozenset((1, 2, 3)))
gc.collect()
print(ref() is None)
