async def numbers():
    while True:
        yield 1


async def forever():
    async for _ in numbers():
        pass


ready()
forever().send(None)
