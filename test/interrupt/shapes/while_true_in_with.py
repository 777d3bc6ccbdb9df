import contextlib
ready()
while True:
    with contextlib.nullcontext():
        pass
