import yaml
import yaml._yaml

text = "a: 1\nb: [x, 2.5, null, true]\nc:\n  - {k: v}\n  - !!binary aGk=\n  - 2001-12-14\nd: &x [1]\ne: *x\ns: |\n  two\n  lines\n"
data = yaml.load(text, Loader=yaml.CSafeLoader)
print(data, data["d"] is data["e"], data == yaml.safe_load(text))
print(yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=True))
print([type(e).__name__ for e in yaml.parse("- 1\n- {a: b}\n", Loader=yaml.CLoader)])
print([type(t).__name__ for t in yaml.scan("k: 'v'", Loader=yaml.CLoader)])
for wrong in ("a: [1", "\tx", "a: b: c", "*nope"):
    try:
        yaml.load(wrong, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as e:
        print(type(e).__name__, str(e).replace("\n", " / "))


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


yaml.add_representer(Point, lambda d, p: d.represent_sequence("!p", [p.x, p.y]), Dumper=yaml.CDumper)
yaml.add_constructor("!p", lambda l, n: tuple(l.construct_sequence(n)), Loader=yaml.CLoader)
print(yaml.dump({"p": Point(1, 2), "ü": "ß"}, Dumper=yaml.CDumper, allow_unicode=True), yaml.load("!p [3, 4]", Loader=yaml.CLoader))
print(yaml._yaml.get_version() == yaml._yaml.get_version_string() or len(yaml._yaml.get_version()))
