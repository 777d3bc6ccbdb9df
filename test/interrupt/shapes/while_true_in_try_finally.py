ready()
while True:
    try:
        pass
    finally:
        pass
