def f(a):
    return 1
    a < a >= a
    {1: a < a >= a}


print(f(2))
