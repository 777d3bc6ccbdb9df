"""Floats in lists of lists: heat spreading over a plate."""
# quick: 45
import sys

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 140
SIZE = 120
plate = [[0.0] * SIZE for _ in range(SIZE)]
for x in range(SIZE):
    plate[0][x] = 100.0
for _ in range(rounds):
    new = [plate[0]]
    for y in range(1, SIZE - 1):
        above, row, below = plate[y - 1], plate[y], plate[y + 1]
        line = [row[0]]
        for x in range(1, SIZE - 1):
            line.append(row[x] + 0.2 * (above[x] + below[x] + row[x - 1] + row[x + 1] - 4.0 * row[x]))
        line.append(row[-1])
        new.append(line)
    new.append(plate[-1])
    plate = new
print("checksum", repr(sum(map(sum, plate))))
