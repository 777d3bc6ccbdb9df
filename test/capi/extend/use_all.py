"""Uses the three extensions; what it prints must be the same on CPython and on Baton."""
import gc
import weakref


def show(what, f, *args, **keywords):
    try:
        print(what, repr(f(*args, **keywords)))
    except Exception as e:
        print(what, type(e).__mro__[:-1], e)


import tally

print(tally.__doc__, tally.total.__doc__, tally.LIMIT, tally.unit, tally.error, tally.error.__module__)
show("total", tally.total, [1, 2.5, True])
show("total of nothing", tally.total, ())
show("total of text", tally.total, ["1"])
show("total of a number", tally.total, 5)
show("total of two", tally.total, 1, 2)
show("total, failing midway", tally.total, (1 // (i - 2) for i in range(5)))
show("label", tally.label, "né")
show("label, all", tally.label, "a\0b", 7, 2, loud=[], data=b"\0\1")
show("label, loud by position", tally.label, "a", 7, 2, True)
show("label, unknown keyword", tally.label, "a", size=3)
show("label, twice", tally.label, "a", text="b")
show("label, missing", tally.label)
show("label, wrong type", tally.label, 5)
show("label, float for int", tally.label, "a", 1.5)
show("label, too large", tally.label, "a", 1 << 40)
show("label, below zero", tally.label, "a", -1)
show("callback, none", tally.notify, 1, 2)
show("callback, wrong", tally.set_callback, 5)
tally.set_callback(lambda *a: ("called", a))
show("callback", tally.notify, 1, 2)
tally.set_callback(lambda: None)
show("callback, failing", tally.notify, 1)
tally.set_callback(None)
for value in (5, 1 << 100, 1.5, "text", b"bytes", [1, "a"], (), {1: 2}, None, range(3), {1, 2}):
    show("describe", tally.describe, value)
show("invert", tally.invert, {"a": 1, "b": 2, "c": 1})
show("invert, unhashable", tally.invert, {"a": []})
show("invert, a list", tally.invert, [])

import shelf

print(shelf.Book, shelf.Book.__doc__, shelf.Book.card.__doc__, shelf.Book.title.__doc__, shelf.Book.__basicsize__)
b = shelf.Book("Walden", pages=352)
print(b, b.title, b.owner, b.pages, b.weight, b.lent, b.card())
b.pages, b.lent, b.owner = 10, True, "me"
print(b.pages, b.lent, b.owner, b < shelf.Book("x", None, 11), b == b, b != b)
show("read-only", setattr, b, "weight", 1.0)
show("wrong member type", setattr, b, "pages", "many")
show("too large", setattr, b, "pages", 1 << 40)
show("not a bool", setattr, b, "lent", 1)
show("title, wrong", setattr, b, "title", 5)
show("title, deleted", delattr, b, "title")
del b.owner
show("owner, deleted", getattr, b, "owner")
show("hash", hash, b)
show("order with int", lambda: b < 5)
show("no such attribute", getattr, b, "author")
show("new attribute", setattr, b, "author", 1)
show("wrong init", shelf.Book, 5)


class Novel(shelf.Book):
    def card(self):
        return "novel: " + super().card()


n = Novel("Emma")
n.note = "attributes of a subclass"
print(n, n.card(), n.note, isinstance(n, shelf.Book), Novel.__mro__)
n.owner = n
gone = weakref.ref(n)
del n
gc.collect()
print("cycle collected:", gone() is None)

s = shelf.Stack([1, 2])
print(s.push(3), s.push(4), s, len(s), s[-1], isinstance(s, list), s + [5], sorted(s, reverse=True), s == [1, 2, 3, 4])
show("stack, wrong", shelf.Stack, 5)

p = shelf.Span(3, 4)
print(p, len(p), p[0], p[3], p[-1], list(p), list(p), sum(p), 5 in p, 7 in p, p + 10, 10 + p, p + p, max(p), tuple(reversed(p)))
print(shelf.Span.__doc__, shelf.Span.__module__, shelf.Span.__name__, bool(p), bool(shelf.Span(0, 0)), [*p], dict(zip(p, "abc")))
show("span, index", lambda: p[4])
show("span, sum with text", lambda: p + "x")
show("span, keywords", shelf.Span, a=1)
show("span, contains text", lambda: "x" in p)
show("span, attribute", setattr, p, "x", 1)
show("span, subclass", lambda: type("T", (shelf.Span,), {}))

import clock_api
import clock_client

print(clock_client.of_day(2, 30), type(clock_api._C_API).__name__)


def for_host(*numbers):
    import host

    total = 1
    for n in numbers:
        total *= n
    print("the script got", numbers, "and the host", host.count_arguments())
    return total
