"""How long a process takes that imports one large package, with warm caches."""
import statistics
import subprocess
import sys
from time import perf_counter

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
COUNT = max(2, int(9 * scale))

for package in ("asyncio", "unittest"):
    command = [sys.executable, "-c", f"import {package}, sys; print(len(sys.modules))"]
    times, modules = [], set()
    for _ in range(COUNT + 1):
        begin = perf_counter()
        modules.add(int(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))
        times.append(perf_counter() - begin)
    assert len(modules) == 1 and min(modules) > 50, modules
    print(f"import.{package} {statistics.median(times[1:]) * 1e3:.1f} ms")
