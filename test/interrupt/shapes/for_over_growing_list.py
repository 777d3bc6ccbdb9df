items = [0, 0]
ready()
for x in items:
    items.append(x)
    if len(items) > 1000:
        del items[:]
        items.extend([0] * 1001)
        items = items[:2]
        while True:
            items[0] += 1
