import inspect
print(inspect.signature(len), inspect.signature([].insert), inspect.signature(int.__add__), inspect.signature("".join))
