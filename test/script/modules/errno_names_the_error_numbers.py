import errno


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: (errno.ENOENT, errno.EWOULDBLOCK, errno.EDEADLK, errno.ENOTSUP))))  # expect: '(2, 11, 35, 95)'
print(ascii(outcome(lambda: (errno.errorcode[errno.EAGAIN], errno.errorcode[35], errno.errorcode[95]))))  # expect: "('EAGAIN', 'EDEADLOCK', 'ENOTSUP')"
print(ascii(outcome(lambda: len(errno.errorcode))))  # expect: '130'
