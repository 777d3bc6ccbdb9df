class Item:
    def __lt__(self, other):
        while True:
            pass


ready()
sorted([Item(), Item()])
