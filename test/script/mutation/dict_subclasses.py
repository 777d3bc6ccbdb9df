from collections import Counter, defaultdict

from crew import together

groups = defaultdict(list)
together(100, lambda n, i: groups[n].append(i))
print(sorted(groups) == [0, 1, 2, 3], all(v == list(range(100)) for v in groups.values()))  # expect: True True

counts = Counter()
together(40, lambda n, i: counts.update([n, "all"]), lambda n, i: counts.most_common(2), lambda n, i: counts.__delitem__(i))
print(set(counts) <= {0, 1, 2, 3, "all"})  # expect: True
