import regex

print(regex.findall(r"\p{Lu}\w+", "Ein Öl und Zwei"), regex.fullmatch(r"(?:cats|cat){e<=1}", "cuts").fuzzy_counts)
m = regex.match(r"(?<k>\w)+", "abc")
print(m.captures("k"), m.capturesdict(), m.spans("k"), m.expandf("{k[0]}-{k[-1]}"))
print(regex.sub(r"(?i)(a)(b)?", lambda m: f"<{m[1]}{m[2]}>", "abA"), regex.split(r"(?V1)(?=b)", "abab"))
print(regex.findall(r"\((?:[^()]|(?R))*\)", "x(a(b)c)(d)"), regex.search(r"(?<=a+)b", "aab").span())
print(regex.compile(r"\L<words>", words=["one", "two"]).findall("one two three"), regex.escape("a.b c"))
for wrong in ("(", "[z-a]", r"(?P<1>x)", "a{2,1}"):
    try:
        regex.compile(wrong)
    except regex.error as e:
        print(e)
print([m.group() for m in regex.finditer(r"\X", "e\u0301x")], regex.match("a+", "aab", partial=True).partial)
