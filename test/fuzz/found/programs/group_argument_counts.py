# How many arguments the methods of a group take is said in words of their own.
group = ExceptionGroup("x", [ValueError(1)])
for name in ("split", "subgroup", "derive"):
    for args in ((), (1, 2)):
        try:
            getattr(group, name)(*args)
        except TypeError as e:
            print(name, e)
print(group.split(ValueError), group.subgroup(TypeError), group.derive([TypeError(2)]))
for key in (0, "a"):
    try:
        del group[key]
    except TypeError as e:
        print(e)
