# The class of something with a docstring for each instance has one itself, too.
import types
for t in (types.FunctionType, types.MethodType, property, types.BuiltinMethodType, type, staticmethod):
    print(t.__name__, type(t.__doc__).__name__)
# expect: function str
# expect: method str
# expect: property str
# expect: builtin_function_or_method getset_descriptor
# expect: type str
# expect: staticmethod str
def f(): "text of f"
print(f.__doc__, property(f).__doc__)  # expect: text of f text of f
try:
    property.__doc__ = "x"
except TypeError as e:
    print(e)  # expect: cannot set '__doc__' attribute of immutable type 'property'
