from lxml import etree, objectify

root = etree.fromstring("<list kind='a'><item n='1'>one</item>tail<item n='2'>zwei &amp; ü</item><!-- c --></list>")
print(root.tag, root.attrib, len(root), [e.text for e in root.iter("item")], root[0].tail)
print(root.xpath("//item[@n=2]/text()"), root.xpath("count(//item)"), root.find("item").get("n"))
new = etree.SubElement(root, "{urn:x}extra", nsmap={"x": "urn:x"})
new.text = "mehr"
new.set("flag", "yes")
print(etree.tostring(root, pretty_print=True).decode())
print(etree.tostring(etree.XSLT(etree.XML(
    "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='/'>"
    "<out><xsl:for-each select='//item'><i><xsl:value-of select='.'/></i></xsl:for-each></out></xsl:template></xsl:stylesheet>"))(root)))
for wrong in ("<a><b></a>", "", "<a>&nope;</a>"):
    try:
        etree.fromstring(wrong)
    except etree.XMLSyntaxError as e:
        print(type(e).__name__, e)


class Counting:
    def __init__(self):
        self.seen = []

    def start(self, tag, attrib):
        self.seen.append((tag, dict(attrib)))

    def end(self, tag):
        self.seen.append(tag)

    def close(self):
        return self.seen


print(etree.fromstring("<a><b c='d'/></a>", etree.XMLParser(target=Counting())))
o = objectify.fromstring("<o><n>3</n><f>2.5</f><s>text</s><n>4</n></o>")
print(o.n + 1, o.f * 2, o.s, [x.pyval for x in o.n], objectify.dump(o).splitlines()[0][:9])
ns = etree.FunctionNamespace("urn:f")
ns["twice"] = lambda context, x: x * 2
print(root.xpath("f:twice(21)", namespaces={"f": "urn:f"}))
print([(event, e.tag) for event, e in etree.iterparse(__import__("io").BytesIO(b"<r><x/><y/></r>"), events=("start", "end"))])
print(etree.HTML("<p>un<b>closed").xpath("string()"))
schema = etree.RelaxNG(etree.XML("<element name='a' xmlns='http://relaxng.org/ns/structure/1.0'><text/></element>"))
print(schema.validate(etree.XML("<a>t</a>")), schema.validate(etree.XML("<b/>")))
