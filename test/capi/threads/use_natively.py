"""The exceptions of natively.cpp, as Python sees them."""
import natively


def show(e, indent="    "):
    more = {k: getattr(e, k) for k in ("errno", "strerror", "filename") if getattr(e, k, None) is not None}
    print(f"{indent}{type(e).__module__}.{type(e).__name__} {e.args} {more or ''}")
    if e.__cause__:
        assert e.__cause__ is e.__context__
        show(e.__cause__, indent + "    from ")


KINDS = ["memory", "index", "argument", "domain", "length", "range", "overflow", "underflow", "cast", "file", "errno", "system",
         "stream", "runtime", "other", "registered", "coded", "nested", "none"]
for call in natively.attempt, natively.attempt_by_macro:
    for kind in KINDS:
        print(kind)
        try:
            print("   ", call(kind))
        except BaseException as e:
            show(e)
print(natively.attempt_by_macro("early"), natively.results())
try:
    natively.carrying()
except LookupError as e:
    show(e)

print(natively.from_a_thread(lambda: "called"))
sent = StopAsyncIteration("from there", [1])
try:
    natively.from_a_thread(lambda: (_ for _ in ()).throw(sent))
except Exception as e:
    show(e)
    show(e.__cause__) if e.__cause__ else None
class Mine(Exception):
    pass
sent = Mine(1)
def fail():
    raise sent
try:
    natively.from_a_thread(fail)
except Mine as e:
    names = []
    tb = e.__traceback__
    while tb:
        names.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    print(e is sent, names)
