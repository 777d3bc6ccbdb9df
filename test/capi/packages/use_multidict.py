from multidict import CIMultiDict, MultiDict, MultiDictProxy, istr

d = CIMultiDict([("A", 1), ("b", 2), ("a", 3)])
print(d, d["a"], d.getall("A"), "B" in d, len(d), list(d.keys()), d.get("zz", "-"), d.popall("a"), d)
m = MultiDict(x=1)
m.add("x", 2)
m.extend({"y": 3})
print(m, m.getone("x"), list(m.items()), m == MultiDict([("x", 1), ("x", 2), ("y", 3)]), MultiDictProxy(m)["y"], istr("aB"))
for wrong in (lambda: m["q"], lambda: MultiDictProxy(m).__setitem__("a", 1), lambda: MultiDict(5), lambda: m.add(1, 2)):
    try:
        wrong()
    except Exception as e:
        print(type(e).__name__, e)
