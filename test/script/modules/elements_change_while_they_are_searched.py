# Trees that change under the functions that walk over them, and parsers whose targets come back to them.
# differs: CPython 3.11 crashes
import gc
import io
import pyexpat
import threading
import xml.etree.ElementTree as ET

E = ET.Element


class Tag:
    """A tag whose comparison changes a tree."""

    def __init__(self, change):
        self.change = change

    def __eq__(self, other):
        self.change()
        return True

    __hash__ = None


def element(tag="c"):
    e = E("e")
    e.extend(E(tag) for i in range(5))
    return e


def grow(e):
    if len(e) < 20:
        e.append(E("new"))


for change in (lambda e: e.clear(), lambda e: e.__delitem__(0), grow, lambda e: e.__init__("q", z=1), lambda e: e.__setitem__(slice(None), [E("z")] * 9)):
    for search in (lambda e: e.find("c"), lambda e: e.findtext("c"), lambda e: e.findall("c"), lambda e: list(e.iter("c")), lambda e: list(e.iterfind("c"))):
        e = element(Tag(lambda: change(e)))
        found = search(e)
        assert found is not None and len(e) in (0, 2, 4, 6, 9, 10, 12, 20), (len(e), found)
        e = element()
        for found in e.iter(Tag(lambda: change(e))):
            if len(e) > 15:
                break


class Child(E):
    def __init__(self, answer):
        super().__init__("eq")
        self.answer = answer

    def __eq__(self, other):
        return self.answer()

    __hash__ = E.__hash__


def removed(answer, more=1):
    e.extend([Child(answer), *(E("x") for i in range(more))])
    try:
        return e.remove(E("y"))
    except (ValueError, ZeroDivisionError) as error:
        return type(error)


e = E("e")
assert removed(lambda: e.clear()) is ValueError
assert removed(lambda: [e.clear()]) is ValueError and len(e) == 0
assert removed(lambda: 1 / 0) is ZeroDivisionError
e.clear()
assert removed(lambda: e.__delitem__(0) or True) is None and len(e) == 0

# Walks go on over what is there.
e = E("e")
e.extend(E("c%d" % i) for i in range(4))
walk = e.iter()
assert [next(walk).tag, next(walk).tag] == ["e", "c0"]
del e[:2]
assert [x.tag for x in walk] == ["c3"] and list(walk) == []
e.text = "text"
walk = e.itertext()
assert next(walk) == "text"
e.clear()
assert list(walk) == []


# What goes looks at the element that it goes from, and clears it again.
class Late:
    def __del__(self):
        seen.append((holder.tag, holder.text, holder.tail, len(holder), holder.attrib))
        holder.clear()
        holder.append(E("again"))


seen = []
holder = E("h")
for put in (lambda: setattr(holder, "text", Late()), lambda: setattr(holder, "tail", Late()), lambda: holder.set("k", Late()), lambda: holder.append(E(Late())),
            lambda: holder.insert(0, E(Late()))):
    put()
    holder.clear()
holder.text = Late()
holder.__setstate__({"tag": 1, "_children": [E("x")]})
holder.append(E(Late()))
del holder[0:]
holder.append(E(Late()))
holder[:] = []
gc.collect()
assert len(seen) == 8, len(seen)

# Deep trees go without nesting.
e = root = E("root")
for i in range(50000):
    e = ET.SubElement(e, "x")
del e, root


# A parser has one place in one text.
class Target(ET.TreeBuilder):
    def start(self, tag, attrib):
        for again in (lambda: parser.feed("<q/>"), parser.close, lambda: parser.__init__(), lambda: parser._parse_whole(None)):
            try:
                again()
                raise AssertionError("the parser is at work")
            except RuntimeError as error:
                assert str(error) == "the parser is already at work"
        return super().start(tag, attrib)


parser = ET.XMLParser(target=Target())
parser.feed("<a><b/>")
parser.feed("</a>")
root = parser.close()
assert root.tag == "a" and root[0].tag == "b"


class Waits:
    """A target in whose handler another thread comes to the parser."""

    def start(self, tag, attrib):
        thread = threading.Thread(target=come)
        thread.start()
        thread.join()


def come():
    try:
        parser.feed("<x/>")
    except RuntimeError as error:
        caught.append(str(error))


caught = []
parser = ET.XMLParser(target=Waits())
parser.feed("<a/>")
parser.close()
assert caught == ["the parser is already at work"], caught


parser = pyexpat.ParserCreate()
caught.clear()


def at_start(tag, attrib):
    for again in (lambda: parser.Parse("<x/>"), lambda: parser.ParseFile(io.BytesIO(b"<y/>"))):
        try:
            again()
        except RuntimeError as error:
            caught.append(str(error))


parser.StartElementHandler = at_start
parser.Parse("<a/>", True)
assert caught == ["the parser is already at work"] * 2, caught


# A builder whose factory, and whose queue of events, change it under way.
def factory(tag, attrib):
    if tag == "inner":
        builder.__init__(factory)
        builder.data("from the factory")
    return E(tag, attrib)


builder = ET.TreeBuilder(factory)
parser = ET.XMLParser(target=builder)


class Queue:
    def append(self, event):
        parser._setevents(self, ("start", "end"))
        builder.data("from the queue")


parser._setevents(Queue(), ("start", "end", "comment"))
parser.feed("<a>text<inner>more</inner>tail<!--c--></a>")
root = parser.close()
assert root.tag == "a" and root[0].tag == "inner"

# Garbage: an element in itself, a parser that its target holds, an iterator that the tree holds.
loop = E("loop")
loop.append(loop)
loop.text = loop.iter()
next(loop.text)


class Holds(ET.TreeBuilder):
    pass


target = Holds()
target.parser = ET.XMLParser(target=target)
gone = []


class Tells:
    def __del__(self):
        gone.append(1)


loop.set("tells", Tells())
target.tells = Tells()
target.parser.feed("<a>")
del loop, target
gc.collect()
assert gone == [1, 1], gone
print("done")  # expect: done
