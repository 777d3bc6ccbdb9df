import threading

local = threading.local()
local.x = "main"
seen = []


def body(n):
    local.x = n
    gate.wait()
    seen.append(local.x)


gate = threading.Barrier(3)
threads = [threading.Thread(target=body, args=(n,)) for n in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(seen), local.x)  # expect: [0, 1, 2] main
