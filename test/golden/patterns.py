def choose(v):
    match v:
        case 0 | 1:
            return "small"
        case [x, *rest] if rest:
            return x
        case {"k": value, **others}:
            return value, others
        case Point(0, y=y):
            return y
        case _:
            return None
