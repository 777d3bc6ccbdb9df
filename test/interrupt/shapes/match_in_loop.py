ready()
while True:
    match 1:
        case 2:
            pass
