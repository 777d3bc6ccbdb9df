from __future__ import annotations

x: int = 1
y: list[undefined, "quoted"]
(z): not_kept = 2


def f(a: A, *args: Ts, b: b"x" = 1, **kw: lambda p, *q, r=1: p) -> -1 ** 2 + (1, 2)[0]:
    local: does.nothing = 1
    return local


class C:
    attr: dict[str, int] | None
    other: f"{x!r:>{10}}" = 0
    cond: a if b else c
    call: fn(1, *a, k=2, **kw)
    comp: [i for i in range(3) if i]
    tup: (1,)
    sl: a[1:2, ::3]
    text: "it's" "fine\n"
    cmp: not a < b <= c
    logic: a and (b or c)
    num: 1e100 + 2j


print(__annotations__)
print(f.__annotations__)
for k, v in C.__annotations__.items():
    print(k, v)
