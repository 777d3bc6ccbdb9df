"""Every kind of PyMemberDef with every kind of value: what is stored, warned about and refused."""
import warnings

import members


class Index:
    def __index__(self):
        return 77

    def __repr__(self):
        return "Index()"


VALUES = [5, -1, 300, 70_000, 1 << 40, 1 << 63, 1 << 70, -(1 << 70), 1.5, "a", "ab", "é", b"x", None, True, Index()]
for name in sorted(vars(members.M)):
    if name.startswith("__"):
        continue
    for value in VALUES:
        m = members.M()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                setattr(m, name, value)
                outcome = ascii(getattr(m, name))
            except Exception as e:
                outcome = f"{type(e).__name__}: {e}"
        print(name, ascii(value), outcome, [str(w.message) for w in caught])
    m = members.M()
    for action in (getattr, delattr, getattr):
        try:
            print(name, action.__name__, ascii(action(m, name)))
        except Exception as e:
            print(name, action.__name__, type(e).__name__, e)
