# list.index() of what cannot be shown raises without a text.
import collections


class Unseen:
    def __repr__(self):
        return 1 / 0


for items in ([], collections.deque()):
    for name in ("index", "remove"):
        try:
            getattr(items, name)(Unseen())
        except Exception as e:
            print(type(e), e.args)
