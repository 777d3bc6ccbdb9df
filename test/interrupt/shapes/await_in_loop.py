async def nothing():
    pass


async def forever():
    while True:
        await nothing()


ready()
forever().send(None)
