# _elementtree beside python3.11: what every call answers, the texts of errors included.
import copy
import gc
import io
import pickle
import re
import weakref
import xml.etree.ElementTree as ET
from _elementtree import _set_factories

E, B, P = ET.Element, ET.TreeBuilder, ET.XMLParser


def shown(value):
    return re.sub("0x[0-9a-f]+", "0x", repr(value))


def t(f, *args, **kwargs):
    try:
        print(shown(f(*args, **kwargs)))
    except BaseException as e:
        print(type(e).__name__, shown(str(e)), getattr(e, "code", ""), getattr(e, "position", ""))


def tree(e):
    return [e.tag, *([e.attrib] if e.attrib else []), *([e.text] if e.text else []), *map(tree, e), *([e.tail] if e.tail else [])]


# ---- elements
class D(dict):
    pass


t(E); t(E, 1, 2); t(E, "a", {}, 3); t(E, "a", {"x": 1}, y=2); t(E, tag="a"); t(E, "a", attrib=3); t(E, "a", [1])
print(E("a", {"b": 1}, attrib=3).attrib, E("a", attrib={"z": 1}, q=2).attrib, E("a", D(x=1)).attrib)
given = {"k": "v"}
a = E("a", given)
given["l"] = 1
print(a.attrib, a.keys(), a.items(), E("b").keys(), E("b").items(), a.get("k"), a.get("q"), a.get("q", default=3))
for wrong in (lambda: a.append(3), lambda: a.extend(3), lambda: a.extend([3]), lambda: a.insert(0, 3), lambda: a.insert("x", a),
              lambda: a.remove(E("b")), lambda: a.remove(3), lambda: a.set(1), lambda: a.get(), lambda: a.get([]), lambda: E("q").get([]),
              lambda: E("q").set([], 1), lambda: a.makeelement("a"), lambda: a.makeelement("a", 3), lambda: a.insert(0),
              lambda: a[0], lambda: a["x"], lambda: a[2**80], lambda: a.find(), lambda: a.find(3), lambda: a.findtext("x", path="a"),
              lambda: a.iter("a", tag=3), lambda: type(a.iter())(), lambda: a.__setstate__(3), lambda: a.__deepcopy__(3), lambda: a < a,
              lambda: a.zzz, lambda: setattr(a, "zzz", 1), lambda: setattr(a, "attrib", 3), lambda: a + a,
              lambda: ET.SubElement(3, "a"), lambda: ET.SubElement(a), lambda: ET.SubElement(a, "b", 3), lambda: ET.SubElement(a, "b", attrib=3),
              lambda: ET.SubElement(parent=a, tag="b"), lambda: ET.SubElement(a, "b", {}, 4), lambda: _set_factories(1, None), lambda: _set_factories(None, 1)):
    t(wrong)
for name in "tag", "text", "tail", "attrib":
    t(delattr, a, name)
print(ET.SubElement(a, "b", {"x": 1}, y=2).attrib, ET.SubElement(a, "c", attrib={"x": 1}).attrib, tree(a))
print(a.__sizeof__() - E("a").__sizeof__(), [len(a), bool(a), bool(E("q"))], E("q") in a, [e.tag for e in reversed(a)])
e = E("e")
e.text = "text"
ET.SubElement(e, "x")
e.__init__("f")
print(tree(e))
e.__init__("g", y="2")
print(tree(e))

# ---- as a sequence
def changed(f):
    e = E("r")
    e.extend(E("c%d" % i) for i in range(6))
    try:
        f(e)
    except Exception as error:
        print(type(error).__name__, error)
    print([c.tag for c in e])


def assign(where, what):
    return lambda e: e.__setitem__(where, what)


class Huge:
    def __index__(self):
        return 2**70


for where in (0, -1, -6, 6, -7, 2**70, "x", Huge(), slice(None), slice(1, 3), slice(None, None, 2), slice(None, None, -2), slice(5, 0, -3), slice(9, None),
              slice(None, None, 0), slice("a"), slice(-2, None)):
    changed(lambda e: e.__delitem__(where))
    changed(lambda e: print([c.tag for c in e[where]]) if isinstance(where, slice) else print(e[where].tag))
    for what in (E("n"), [], [E("n"), E("m"), E("o")], (E("n"),), [E("n"), 3], 3, None, "x"):
        changed(assign(where, what))
changed(lambda e: e.__setitem__(slice(1, 3), e))
changed(lambda e: e.extend(e))
for i in (0, 2, -1, 6, 99, -99):
    changed(lambda e: e.insert(i, E("i")))

# ---- copies, pickles
b = E("b", k="v")
b.text, b.tail = "t", "u"
b.append(E("c"))
print(list(map(shown, b.__getstate__().items())), shown(E("z").__getstate__()))
for copied in copy.copy(b), copy.deepcopy(b), pickle.loads(pickle.dumps(b)), pickle.loads(pickle.dumps(b, 2)):
    print(tree(copied), copied[0] is b[0], copied.attrib is b.attrib)
shared = E("s")
both = E("p")
both.extend([shared, shared])
both.text = both.tail = what = [1]
deep = copy.deepcopy(both)
print(deep[0] is deep[1], deep.text is deep.tail, deep.text is what)
loop = E("loop")
loop.append(loop)
try:
    copy.deepcopy(loop)
except RecursionError:
    print("endless")
class S(E):
    pass


s = S("s")
s.foo = 1
print(type(copy.copy(s)), type(s.makeelement("q", {})), shown(s))
n = E.__new__(E)
print(n.tag, n.text, n.tail, n.attrib, len(n))
for state in ({}, {"tag": 1, "_children": 3}, {"tag": 1, "_children": [3]}, {"tag": 1, "zz": 1}, {"tag": 1, 3: 1}, {"tag": 1, "_children": None}, {"tag": 1, "_children": (E("x"),)},
              dict.fromkeys("tag text tail attrib _children more".split()), {"tag": 2, "_children": [E("f"), E("g")], "text": ["a", "b"], "tail": ["c", 3]}):
    t(n.__setstate__, state)
t(lambda: n.text); t(lambda: n.tail); print(len(n), n.tag)
n.__setstate__({"tag": "left"})
print(len(n), n.attrib, n.text)
r = E("r")
r.tag = r
t(repr, r)
w = weakref.ref(r)
print(gc.is_tracked(r), w() is r)
del r
gc.collect()
print(w())

# ---- finding
doc = ET.XML("<r>0<a x='1'>1<b>2</b>3</a>4<b>5</b>6<c/>7<a y='2'/><!--no--></r>")
for path in "a", "b", "c", "z", "*", ".//b", "a/b", "a[@x]", "a[2]", "{}a", "{*}b", ".", "", "/a", "a[", b"a", b"*", ("a",), "{q/*}a":
    for search in doc.find, doc.findall, doc.findtext, doc.iterfind:
        t(lambda: (lambda found: found if found is None or isinstance(found, str) else [e.tag for e in ([found] if ET.iselement(found) else found)])(search(path)))
print(doc.findtext("z", "none"), doc.findtext("c", "none"), doc.findtext("c", default=3), doc.find("a", namespaces={"": "u"}))
for tag in None, "*", b"*", "a", "z", b"a":
    print([e.tag if isinstance(e.tag, str) else "?" for e in doc.iter(tag)], end=" ")
print(list(doc.itertext()), list(doc[1].itertext()))
for text in ["p", "q"], [], 3:
    e = E("w")
    e.text = text
    print(list(e.itertext()), e.text is text)

# ---- builders
t(B, 1, 2); t(B, x=1)
b = B()
t(b.end, "x"); t(b.close); t(b.data, "x"); t(b.start, "a"); t(b.start, "a", 3); t(b.pi); t(b.pi, 1, 2, 3); t(b.comment); t(b.pi, "a", text="b")
r = b.start("a", {"x": 1})
b.data("q"); b.data("w")
print(r.text)
b.comment("c")
print(r.text)
b.data("e"); b.start("b", {}); b.end("b"); b.data("tail"); b.pi("p", "q"); b.data("more")
t(b.end, "zzz"); print(tree(r)); t(b.start, "again", {}); t(b.close)
for pieces in ([3, 4], [3], [b"ab", b"cd"], ["a", "b", "c"]):
    b = B()
    r = b.start("a", {})
    for piece in pieces:
        b.data(piece)
    b.end("a")
    t(lambda: r.text)
b = B(insert_comments=True, insert_pis=True)
r = b.start("a", {})
b.data("1"); b.comment("c"); b.data("2"); b.pi("p"); b.data("3"); b.end("a")
print(ET.tostring(r))
class Mine:
    def __init__(self, tag, attrib):
        self.tag, self.children, self.text, self.tail = tag, [], None, "before"

    def append(self, child):
        self.children.append(child)


b = B(Mine)
r = b.start("a", {})
b.data("x"); b.data("y"); q = b.start("b", {}); b.end("b"); b.data("tt"); b.end("a")
print(r.text, q.tail, r.children == [q])
b = B(Mine)
b.start("a", {}).text = 3
b.data("y")
t(b.end, "a"); t(b.end, "a")
b = B(lambda tag, attrib: E(tag))
r = b.start("a", {})
r.text = "before"
b.data("y"); b.data("z"); b.end("a")
print(r.text)
b = B(lambda tag, attrib: [tag])
b.start("a", {}); b.data("x")
t(b.start, "b", {})
b = B(comment_factory=lambda text: ("C", text), pi_factory=lambda *args: args)
t(b.comment, "x"); t(b.pi, "x"); t(b.pi, "x", "y")
b = B.__new__(B)
t(b.start, "a", {}); t(b.end, "a"); t(b.close); t(b.comment, "x"); t(b.pi, "x")

# ---- parsers
def parsed(text, *pieces, **kwargs):
    p = P(**kwargs)
    for piece in (text, *pieces):
        p.feed(piece)
    return p.close()


t(P, 1); t(P, target=1, x=2); t(P, encoding=3); t(P, encoding="a\0b")
p = P()
print(p.entity, p.version == P().version); t(setattr, p, "entity", 3); t(delattr, p, "target"); t(setattr, p, "version", 3)
t(p.feed); t(p.feed, 3); t(p.feed, "<a>"); t(p.close); t(p.close); t(p.feed, "x")
p = P()
t(p.feed, "<a/>"); t(p.close); t(p.close); t(p.feed, "<b/>")
for text in ("<a></b>", "<a>&foo;</a>", '<!DOCTYPE a SYSTEM "x"><a>&foo;&bar;</a>', "", "<a", "<a x='1' x='2'/>", "<a>\udc80</a>", b"<?xml version='1.0' encoding='bogus'?><a/>", b"<?xml version='1.0' encoding='utf-7'?><a/>",
             "<a xmlns:b='u'><b:c b:d=''/></a>", "<c:a/>", memoryview(b"<a/>"), bytearray(b"<a>x</a>"), b"<?xml version='1.0' encoding='koi8-r'?><a>\xc4</a>", "<?xml version='1.0' encoding='koi8-r'?><a>\xc4</a>",
             "<a>x<!--c-->y<?p q?>z</a>", "<a>\U0001f600\n&#x20ac;&amp;</a>"):
    t(lambda: tree(parsed(text)))
t(lambda: tree(parsed(b"<a>\xc4</a>", encoding="koi8-r")))
t(lambda: tree(parsed("<r>", *"a&lt;b\u20acc", "</r>")))
p = P()
p.entity["foo"] = "FOO"
p.feed('<!DOCTYPE a SYSTEM "x"><a>x&foo;y</a>')
print(tree(p.close()))
class Target:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError
        print("asked for", name)
        return lambda *args: print(name, args)


t(parsed, '<?pi x?><!DOCTYPE a PUBLIC "p" "s"><a xmlns="u" xmlns:b="v" b:c="d" e="f"><!-- c --><b:x>t&amp;u\nv</b:x><![CDATA[zz]]></a><?e?>', target=Target())
class Starts:
    def start(self, *args):
        print("start", args)


t(parsed, "<a><b/></a>", target=Starts())
class Bad:
    @property
    def start(self):
        raise ValueError("no start")


t(P, target=Bad())
class Raises:
    def data(self, text):
        print("data", text)
        raise KeyError(text)


t(parsed, "<a>x\ny</a>", target=Raises())
class Sub(B):
    def data(self, text):
        print("data", repr(text))
        super().data(text)


t(lambda: tree(parsed("<a>x\ny&lt;</a>", target=Sub())))
p = P()
t(p._setevents); t(p._setevents, 3); t(p._setevents, [], ["x"]); t(p._setevents, [], [3]); t(p._setevents, [], 3); t(p._setevents, [], [b"start"]); t(p._setevents, [], "start")
t(P(target=Starts())._setevents, [], None); t(P(target=Sub())._setevents, [], None)
queue = []
p = P()
p._setevents(queue, ("start", "end", "start-ns", "end-ns", "comment", "pi"))
p.feed("<?p q?><a xmlns='u' xmlns:b='v'><!--c-->x</a><?after?>")
p.close()
print([(what, tree(x) if ET.iselement(x) else x) for what, x in queue])
class File:
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def read(self, size):
        print("read", size)
        return self.pieces.pop(0) if self.pieces else ""


for file in File("<a>", "x", b"</a>"), File(3), File("<a>", bytearray(b"</a>")), 3, File("<a>\udc80</a>"):
    t(lambda: tree(P()._parse_whole(file)))
t(P(target=Starts())._parse_whole, File("<a/>"))
x = P.__new__(P)
t(x.feed, "a"); t(x.close); t(x._setevents, []); print(x.entity, x.target)
r = parsed("<a b='c'><b/><b x='c'/></a>")
print(r[0].tag is r[1].tag, r[0].tag is list(r.attrib)[0])
seen = []
for event, element in ET.iterparse(io.BytesIO(b"<r>" + b"<i k='v'>t</i>" * 3000 + b"</r>")):
    seen.append(event)
    element.clear()
print(len(seen), set(seen))
for comments in False, True:
    target = B(insert_comments=comments, insert_pis=comments)
    print(ET.tostring(parsed("<?a b?><a>x<!--c-->y<?p q?>z<?w?></a><!--z-->", target=target)))
