"""Attributes and methods of many small objects."""
# quick: 130
import sys

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 400


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def scaled(self, factor):
        return Vector(self.x * factor, self.y * factor)


class Particle:
    def __init__(self, number):
        self.place = Vector(number % 31, number % 17)
        self.speed = Vector(1 + number % 3, 2 - number % 5)
        self.bounces = 0

    def step(self, dt):
        self.place = self.place + self.speed.scaled(dt)
        if not self.is_inside():
            self.speed = self.speed.scaled(-1)
            self.bounces += 1

    def is_inside(self):
        place = self.place
        return 0 <= place.x < 100 and 0 <= place.y < 100


particles = [Particle(i) for i in range(1500)]
for _ in range(rounds):
    for p in particles:
        p.step(0.25)
print("checksum", sum(p.bounces for p in particles), repr(sum(p.place.x - p.place.y for p in particles)))
