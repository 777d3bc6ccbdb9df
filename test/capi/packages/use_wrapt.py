import wrapt


@wrapt.decorator
def traced(wrapped, instance, args, kwargs):
    print("call", wrapped.__name__, instance is None, args, kwargs)
    return wrapped(*args, **kwargs)


@traced
def f(a, b=2):
    """The sum."""
    return a + b


class C:
    @traced
    def m(self, x):
        return x * 2

    @traced
    @classmethod
    def k(cls, x):
        return cls.__name__ + x


print(f(1, b=5), f.__doc__, C().m(4), C.k("!"))
p = wrapt.ObjectProxy([1, 2])
p += [3]
print(p, len(p), p == [1, 2, 3], isinstance(p, list), type(p).__name__, p[0], list(reversed(p)), hash(wrapt.ObjectProxy("x")) == hash("x"))
try:
    p.extra = 1
    print(p.extra)
except AttributeError as e:
    print(e)
print(wrapt.PartialCallableObjectProxy(f, 10)(b=1), wrapt.CallableObjectProxy(len)("abc"), wrapt.resolve_path("os", "path.join")[1])
