# _stat and _statistics against the Python forms of the same.
import _stat, _statistics, stat, statistics, sys

sys.modules["_stat"] = None
del sys.modules["stat"]
import stat as python_stat

assert python_stat.filemode is not _stat.filemode
for mode in [kind | bits for kind in (0, 0o010000, 0o020000, 0o040000, 0o060000, 0o100000, 0o120000, 0o140000, 0o170000) for bits in (0, 0o777, 0o644, 0o4755, 0o2755, 0o1777, 0o7000, 0o7111)]:
    # Kinds that there are not: the Python form shows them as ordinary files.
    kind = "?" if mode >> 12 in (0, 15) else python_stat.filemode(mode)[0]
    assert _stat.filemode(mode) == kind + python_stat.filemode(mode)[1:], oct(mode)
    assert _stat.S_IMODE(mode) == python_stat.S_IMODE(mode) and _stat.S_IFMT(mode) == python_stat.S_IFMT(mode)
    for name in ("S_ISDIR", "S_ISCHR", "S_ISBLK", "S_ISREG", "S_ISFIFO", "S_ISLNK", "S_ISSOCK", "S_ISDOOR", "S_ISPORT", "S_ISWHT"):
        assert getattr(_stat, name)(mode) is getattr(python_stat, name)(mode), (name, oct(mode))
for name, value in vars(python_stat).items():
    if isinstance(value, int) and not name.startswith("FILE_ATTRIBUTE"):
        assert getattr(_stat, name, value) == value, name
for bad, error in ((-1, OverflowError), (1 << 40, OverflowError), ("a", TypeError)):
    for function in (_stat.filemode, _stat.S_ISDIR):
        try:
            function(bad)
        except error:
            pass
        else:
            raise AssertionError((bad, function))

normal = statistics.NormalDist()
for i in range(1, 1000):
    p = i / 1000
    assert abs(normal.cdf(_statistics._normal_dist_inv_cdf(p, 0.0, 1.0)) - p) < 1e-14
for p, x in ((1e-300, -37.0470962993612), (1e-30, -11.464024688443617), (1e-12, -7.034483825301132)):
    assert abs(_statistics._normal_dist_inv_cdf(p, 0.0, 1.0) / x - 1) < 1e-12, p
assert _statistics._normal_dist_inv_cdf(0.5, 3.0, 2.0) == 3.0
for bad in ((0, 0, 1), (1, 0, 1), (0.5, 0, -1)):
    try:
        _statistics._normal_dist_inv_cdf(*bad)
    except ValueError as e:
        assert str(e) == "inv_cdf undefined for these parameters"
    else:
        raise AssertionError(bad)
print("done")
