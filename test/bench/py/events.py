"""A simulation over a heap of events: tuples, classes, a library module."""
# quick: 60000
import heapq
import sys

limit = int(sys.argv[1]) if len(sys.argv) > 1 else 120_000


class Station:
    def __init__(self, name, service):
        self.name, self.service = name, service
        self.queue, self.busy, self.served, self.waited = [], False, 0, 0

    def arrive(self, world, guest):
        self.queue.append((world.now, guest))
        if not self.busy:
            self.begin(world)

    def begin(self, world):
        since, guest = self.queue.pop(0)
        self.busy = True
        self.waited += world.now - since
        world.at(self.service + guest % 3, self.finish, guest)

    def finish(self, world, guest):
        self.busy = False
        self.served += 1
        if self.queue:
            self.begin(world)
        world.route(self, guest)


class World:
    def __init__(self):
        self.now, self.heap, self.number, self.done = 0, [], 0, 0
        self.stations = [Station("s%d" % i, 2 + i % 4) for i in range(6)]

    def at(self, delay, action, guest):
        self.number += 1
        heapq.heappush(self.heap, (self.now + delay, self.number, action, guest))

    def route(self, station, guest):
        i = self.stations.index(station)
        if guest % (i + 2) == 0:
            self.done += 1
            self.at(5, self.stations[guest % 6].arrive, guest + 1)
        else:
            self.at(1, self.stations[(i + guest) % 6].arrive, guest)

    def run(self, limit):
        for guest in range(40):
            self.at(guest, self.stations[guest % 6].arrive, guest)
        for _ in range(limit):
            self.now, _, action, guest = heapq.heappop(self.heap)
            action(self, guest)


world = World()
world.run(limit * 3)
print("checksum", world.now, world.done, [(s.served, s.waited, len(s.queue)) for s in world.stations])
