# replace(), the constructor, and the tables of code objects.
import types


def function(a, b=2):
    try:
        return [a, *(
            x
            for x in (b, a))]
    except TypeError:
        return None


code = function.__code__
print(sorted({line - code.co_firstlineno for _, _, line in code.co_lines() if line} - {0}))
size = len(code.co_code)
print(len(list(code.co_positions())) * 2 == size, list(code.co_lines())[-1][1] == size)

again = types.CodeType(
    code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals, code.co_stacksize, code.co_flags, code.co_code,
    code.co_consts, code.co_names, code.co_varnames, code.co_filename, code.co_name, code.co_qualname, code.co_firstlineno,
    code.co_linetable, code.co_exceptiontable, code.co_freevars, code.co_cellvars)
print(again == code, hash(again) == hash(code), again is code)
print(types.FunctionType(again, {})(3, 4), types.FunctionType(again, {})(3, 4))
print(list(again.co_positions()) == list(code.co_positions()), again.co_exceptiontable == code.co_exceptiontable)
print(types.FunctionType(again, {})(3, 5))

moved = code.replace(co_firstlineno=code.co_firstlineno + 100)
print([b[2] - a[2] for a, b in zip(code.co_lines(), moved.co_lines()) if a[2]] == [100] * len([1 for _, _, line in code.co_lines() if line]))
bare = code.replace(co_linetable=b"")
print(bare == code, [line for _, _, line in bare.co_lines() if line])
print(code.replace(co_name="other").co_name, code.replace(co_name="other") == code)
for change in {"co_nlocals": 7}, {"co_argcount": -1}, {"co_argcount": 9}, {"co_code": b"a"}, {"co_nonsense": 1}:
    try:
        code.replace(**change)
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)


def other(a, b=2):
    return b


print(types.FunctionType(other.__code__.replace(co_code=other.__code__.co_code), {})(1, 2))
