"""Regular expressions of the standard library over generated text."""
# quick: 300
import re
import sys

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 900
TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?P<rest>(?:\s+[a-z]+=\"[^\"]*\")*)\s*>", re.I)
ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
WORD = re.compile(r"\b[A-Za-z]{4,}\b")
page = "\n".join(f'<div class="c{i % 5}" id="n{i}">Some <b>bold{i}</b> words and <a href="/x/{i}">link {i * i}</a></div>' for i in range(40))
names, depth, words = {}, 0, 0
for i in range(rounds):
    for m in TAG.finditer(page):
        depth += -1 if m["close"] else 1
        names[m["name"]] = names.get(m["name"], 0) + 1
        for key, value in ATTRIBUTE.findall(m["rest"]):
            names[key] = names.get(key, 0) + len(value)
    words += len(WORD.findall(TAG.sub(" ", page)))
    assert depth == 0
print("checksum", sorted(names.items()), words)
