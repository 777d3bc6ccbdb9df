# _locale, syslog and pyexpat: modules over the C library and libexpat.
import locale
import pyexpat
import syslog
import xml.dom.minidom
import xml.etree.ElementTree as ET

assert locale.setlocale(locale.LC_NUMERIC, "C") == "C" and locale.localeconv()["decimal_point"] == "."
assert locale.strcoll("a", "b") < 0 and sorted("bca", key=locale.strxfrm) == ["a", "b", "c"]
assert locale.nl_langinfo(locale.RADIXCHAR) == "."
for wrong, kind, text in [(lambda: locale.setlocale(locale.LC_ALL, "no such"), locale.Error, "unsupported locale setting"),
                          (lambda: locale.strxfrm("a\0"), ValueError, "embedded null character"),
                          (lambda: locale.nl_langinfo(99999), ValueError, "unsupported langinfo constant"),
                          (lambda: syslog.syslog(), TypeError, "[priority,] message string"),
                          (lambda: pyexpat.ParserCreate(namespace_separator="ab"), ValueError, "namespace_separator must be at most one character, omitted, or None"),
                          (lambda: pyexpat.XMLParserType(), TypeError, "cannot create 'pyexpat.xmlparser' instances")]:
    try:
        wrong()
        raise AssertionError(text)
    except kind as e:
        assert str(e) == text, str(e)
assert syslog.LOG_UPTO(syslog.LOG_ERR) == 15 and syslog.LOG_MASK(syslog.LOG_ERR) == 8

# Events in the order of the text; runs of text in one piece, up to the end of each Parse(), while buffer_text is set.
seen = []
p = pyexpat.ParserCreate()
p.buffer_text = True
p.StartElementHandler = lambda name, attributes: seen.append(("start", name, attributes))
p.EndElementHandler = lambda name: seen.append(("end", name))
p.CharacterDataHandler = lambda text: seen.append(("text", text))
p.CommentHandler = lambda text: seen.append(("comment", text))
p.ProcessingInstructionHandler = lambda target, data: seen.append(("pi", target, data))
p.Parse(b'<?xml version="1.0"?><a x="1" y="&lt;"><?t d?>one &amp; ', False)
p.Parse("twó<!--c--><b/></a>", True)
assert seen == [("start", "a", {"x": "1", "y": "<"}), ("pi", "t", "d"), ("text", "one & "), ("text", "twó"), ("comment", "c"), ("start", "b", {}), ("end", "b"), ("end", "a")], seen

# Errors know where they are; what a handler raises ends the parse.
p = pyexpat.ParserCreate()
try:
    p.Parse("<a>\n<b></a>", True)
    raise AssertionError
except pyexpat.ExpatError as e:
    assert (str(e), e.code, e.lineno, e.offset) == ("mismatched tag: line 2, column 5", 7, 2, 5), (str(e), e.code, e.lineno, e.offset)
    assert pyexpat.errors.messages[e.code] == pyexpat.errors.XML_ERROR_TAG_MISMATCH == pyexpat.ErrorString(7)
p = pyexpat.ParserCreate()
calls = []


def start(name, attributes):
    calls.append(name)
    raise KeyError(name)


p.StartElementHandler = start
try:
    p.Parse("<a><b/></a>", True)
    raise AssertionError
except KeyError as e:
    assert e.args == ("a",) and calls == ["a"]

# An external entity is read by a parser of its own; names keep their identity.
p = pyexpat.ParserCreate()
texts = []


def external(context, base, system, public):
    texts.append(system)
    return p.ExternalEntityParserCreate(context).Parse(b"inside", True)


p.ExternalEntityRefHandler = external
p.CharacterDataHandler = texts.append
p.Parse('<!DOCTYPE d [<!ENTITY e SYSTEM "where">]><d>&e;</d>', True)
assert texts == ["where", "inside"], texts
models = []
p = pyexpat.ParserCreate("cp1252")
p.ElementDeclHandler = lambda name, model: models.append((name, model))
p.CharacterDataHandler = models.append
p.Parse(b"<!DOCTYPE r [<!ELEMENT r (a|b?)*>]><r>\x80</r>", True)
assert models == [("r", (5, 2, None, ((4, 0, "a", ()), (4, 1, "b", ())))), "\u20ac"], models

tree = ET.fromstring("<r xmlns:n='u'><n:a k='v'>t</n:a></r>")
assert tree[0].tag == "{u}a" and tree[0].attrib == {"k": "v"} and ET.tostring(tree, encoding="unicode").count("t</") == 1
assert xml.dom.minidom.parseString("<a><b c='d'/></a>").documentElement.firstChild.getAttribute("c") == "d"
print("done")  # expect: done
