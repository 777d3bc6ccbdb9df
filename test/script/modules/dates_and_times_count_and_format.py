# _datetime: arithmetic, text both ways, comparison, zones, subclasses, pickling, and the errors of each.
import copy, os, pickle, time as clock
os.environ["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
clock.tzset()
from datetime import *
import datetime as module


def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


D, DT, T, TD, TZ = date, datetime, module.time, timedelta, timezone

for f in (lambda: TD(1, 2, 3, 4, 5, 6, 7), lambda: TD(0.5, 0.25), lambda: TD(microseconds=0.5), lambda: TD(microseconds=1.5),
          lambda: TD(days=1e9), lambda: TD(days=10**30), lambda: TD(float("nan")), lambda: TD(float("inf")), lambda: TD("1"),
          lambda: TD(hours=None), lambda: TD(-1, 1), lambda: str(TD(-1, 1, 1)), lambda: str(TD(1)), lambda: TD.max, lambda: TD.min,
          lambda: -TD.min, lambda: TD(5) // TD(2), lambda: TD(5) % TD(2), lambda: divmod(TD(-5), TD(0, 7)), lambda: TD(5) / 2,
          lambda: TD(5) / 0, lambda: TD(5) // 0, lambda: TD(5) / TD(0), lambda: TD(5) / 2.5, lambda: TD(5) * 0.1, lambda: TD(1) * 10**20,
          lambda: TD(0, 0, 3) / 2, lambda: TD(0, 0, 5) / 2, lambda: TD(0, 0, -3) / 2, lambda: TD(1) + 1, lambda: TD(1) < 1,
          lambda: TD(1) == 1, lambda: hash(TD(1)) == hash(TD(hours=24)), lambda: TD(3, 4, 5).total_seconds(), lambda: abs(TD(-3)),
          lambda: bool(TD(0)), lambda: TD(1).__reduce__(), lambda: 2 * TD(1), lambda: TD(1) * "a", lambda: +TD(1)):
    show(f)

for f in (lambda: D(2024, 2, 29), lambda: D(2023, 2, 29), lambda: D(0, 1, 1), lambda: D(1, 13, 1), lambda: D("1", 1, 1),
          lambda: D(2024, 2, 29).isocalendar(), lambda: D(2021, 1, 1).isocalendar(), lambda: D(2020, 12, 31).isocalendar()[:],
          lambda: D.fromisocalendar(2020, 53, 7), lambda: D.fromisocalendar(2021, 53, 1), lambda: D.fromisocalendar(2021, 1, 8),
          lambda: D.fromordinal(1), lambda: D.fromordinal(0), lambda: D.fromordinal(3652060), lambda: D(2024, 1, 1) + TD(60),
          lambda: D.max + TD(1), lambda: D(2024, 1, 1) - D(2023, 1, 1), lambda: D(2024, 1, 1) - TD(hours=25), lambda: D(2024, 5, 6).ctime(),
          lambda: f"{D(2024, 5, 6):%d/%m/%y %f}", lambda: f"{D(2024, 5, 6)}", lambda: D(2024, 5, 6).replace(day=31),
          lambda: D(2024, 5, 6).timetuple()[:], lambda: D(2024, 5, 6) < DT(2024, 5, 6), lambda: D(2024, 5, 6) == DT(2024, 5, 6),
          lambda: D(2024, 5, 6) < 3, lambda: D.fromtimestamp(0), lambda: D.fromtimestamp(1e20), lambda: D.fromtimestamp("x"),
          lambda: D(2024, 5, 6).__reduce__(), lambda: hash(D(2024, 5, 6)) == hash(D(2024, 5, 6)), lambda: D(2024, 5, 6).weekday()):
    show(f)
for text in ("2024-05-06", "20240506", "2024W19", "2024-W19-1", "2024-5-6", "2024-13-01", "2024W191", "x", ""):
    show(lambda: D.fromisoformat(text))
show(lambda: D.fromisoformat(5))

for f in (lambda: T(1, 2, 3, 4), lambda: T(1), lambda: T(24), lambda: T(0, 0, 60), lambda: T(1, fold=2), lambda: T(1, tzinfo=5),
          lambda: T(1, fold=1), lambda: T(1, 2, 3, 456789).isoformat("milliseconds"), lambda: T(1).isoformat("x"),
          lambda: T(1, 2, tzinfo=TZ(TD(hours=-3, minutes=-30))), lambda: T(1, 2, tzinfo=TZ.utc).isoformat(), lambda: T(1).utcoffset(),
          lambda: T(12, tzinfo=TZ.utc) == T(13, tzinfo=TZ(TD(hours=1))), lambda: T(12) < T(12, tzinfo=TZ.utc), lambda: T(12) == T(12, tzinfo=TZ.utc),
          lambda: T(1, 2).replace(minute=70), lambda: T(1, 2).replace(tzinfo=None, fold=1), lambda: T(1, 2, 3).strftime("%H-%M-%S-%f%%"),
          lambda: T(1).__reduce_ex__(4), lambda: T(1, fold=1).__reduce_ex__(4), lambda: T(0) and 1):
    show(f)
for text in ("04:05", "T040506", "04:05:06,5", "04:05:06.1234567+01:00", "04", "4", "04:05Z", "25:00", "04:05+24:00"):
    show(lambda: T.fromisoformat(text))

moment = DT(2024, 10, 27, 2, 30, 1, 5)
for f in (lambda: moment, lambda: moment.timestamp(), lambda: moment.replace(fold=1).timestamp(), lambda: DT.fromtimestamp(1729989001),
          lambda: DT.fromtimestamp(1729992601), lambda: DT(2024, 3, 31, 2, 30).timestamp(), lambda: DT(2024, 3, 31, 2, 30, fold=1).timestamp(),
          lambda: moment.astimezone(TZ.utc), lambda: moment.astimezone(), lambda: DT(1, 1, 1).astimezone(TZ.utc), lambda: moment.isoformat(" ", "minutes"),
          lambda: moment.isoformat("ab"), lambda: DT(2024, 1, 1, tzinfo=TZ.utc) - DT(2024, 1, 1, tzinfo=TZ(TD(hours=5))),
          lambda: DT(2024, 1, 1, tzinfo=TZ.utc) - DT(2024, 1, 1), lambda: DT(2024, 1, 1, tzinfo=TZ.utc) < DT(2024, 1, 1),
          lambda: DT(2024, 1, 1, tzinfo=TZ.utc) == DT(2024, 1, 1), lambda: DT.max + TD(0, 0, 1), lambda: moment + TD(1), lambda: moment - D(2024, 1, 1),
          lambda: DT.combine(D(1, 2, 3), T(4, 5, tzinfo=TZ.utc)), lambda: DT.combine(D(1, 2, 3), T(4), tzinfo=TZ.utc), lambda: DT.combine(1, 2),
          lambda: DT.strptime("3 Feb 2021 +0130", "%d %b %Y %z"), lambda: DT.strptime("x", "%Y"), lambda: moment.timetuple()[:],
          lambda: DT(2024, 7, 1, tzinfo=TZ(TD(hours=1))).utctimetuple()[:], lambda: moment.date(), lambda: moment.time(), lambda: moment.timetz(),
          lambda: DT.utcfromtimestamp(1.5), lambda: DT.utcfromtimestamp(-0.0000005), lambda: DT.fromtimestamp(1e18), lambda: DT.fromtimestamp(float("nan")),
          lambda: DT.fromtimestamp(0, TZ.utc), lambda: DT.fromtimestamp(0, 5), lambda: DT(2024, 1, 1, tzinfo=TZ(TD(hours=1), "x")).strftime("%Z %z %f"),
          lambda: hash(DT(2024, 1, 1, 1, tzinfo=TZ.utc)) == hash(DT(2024, 1, 1, 2, tzinfo=TZ(TD(hours=1)))), lambda: DT(2024, 1, 1).__reduce_ex__(2),
          lambda: DT(2024, 1, 1).ctime(), lambda: DT.now(TZ.utc).tzinfo, lambda: isinstance(DT.utcnow(), D), lambda: DT.min, lambda: DT.resolution):
    show(f)
for text in ("2024-05-06T07:08:09.123+02:00", "20240506T070809Z", "2024W19T07", "2024-05-06", "2024-05-06\u20ac07:08", "2024-05-06T", "2024-W19-107"):
    show(lambda: DT.fromisoformat(text))

for f in (lambda: TZ(TD(hours=24)), lambda: TZ(5), lambda: TZ(TD(0)) is TZ.utc, lambda: TZ(TD(0), "x"), lambda: TZ.utc, lambda: str(TZ.utc), lambda: str(TZ(TD(0, 3661, 5))),
          lambda: TZ.min, lambda: TZ.max, lambda: TZ(TD(1, 0), "x"), lambda: TZ.utc.utcoffset(5), lambda: TZ.utc.fromutc(DT(1, 1, 1)), lambda: TZ.utc.dst(None),
          lambda: TZ(TD(hours=1)) == TZ(TD(hours=1), "a"), lambda: TZ.utc < TZ.utc, lambda: tzinfo().utcoffset(None), lambda: tzinfo().fromutc(DT(1, 1, 1)),
          lambda: TZ(TD(hours=1), "n").__getinitargs__(), lambda: type("Z", (TZ,), {})):
    show(f)


class Summer(tzinfo):
    "Daylight saving time from April to September."
    def utcoffset(self, dt):
        return TD(hours=1) + self.dst(dt)

    def dst(self, dt):
        return TD(hours=4 <= dt.month <= 9)

    def tzname(self, dt):
        return "100% " + str(dt.month)


class Bad(tzinfo):
    def __init__(self, answer):
        self.answer = answer

    def utcoffset(self, dt):
        return self.answer
    dst = utcoffset
    tzname = utcoffset


aware = DT(2024, 7, 1, 12, tzinfo=Summer())
for f in (lambda: str(aware), lambda: aware.astimezone(TZ.utc), lambda: DT(2024, 1, 1, tzinfo=TZ.utc).astimezone(Summer()).isoformat(),
          lambda: DT(2024, 8, 1, tzinfo=TZ.utc).astimezone(Summer()).isoformat(), lambda: aware.strftime("%Z|%z"), lambda: aware.timetuple()[-1],
          lambda: DT(1, 1, 1, tzinfo=Bad(5)).utcoffset(), lambda: DT(1, 1, 1, tzinfo=Bad(TD(2))).dst(), lambda: DT(1, 1, 1, tzinfo=Bad(5)).tzname(),
          lambda: DT(1, 1, 1, tzinfo=Bad(None)).isoformat()):
    show(f)


class Mine(DT):
    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls, *args, **kwargs)
        self.extra = 7
        return self


mine = Mine(2024, 1, 2, 3, fold=1)
for f in (lambda: mine, lambda: mine + TD(1), lambda: (mine + TD(1)).extra, lambda: type(mine.replace(year=1)), lambda: Mine.fromisoformat("2024-01-01"),
          lambda: Mine.fromtimestamp(0, TZ.utc), lambda: type(Mine.strptime("2020", "%Y")), lambda: type(mine - TD(1))):
    show(f)
for value in (TD(1, 2, 3), D(2024, 1, 2), T(1, 2, fold=1), moment.replace(fold=1), DT(2024, 1, 1, tzinfo=TZ.utc), TZ(TD(hours=3), "n"), mine, aware.timetz().replace(tzinfo=TZ.utc)):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(value, protocol))
        assert again == value and type(again) is type(value), (value, protocol)
    assert copy.deepcopy(value) == value
show(lambda: pickle.loads(pickle.dumps(D(2024, 1, 2).isocalendar())))
show(lambda: sorted(n for n in dir(module) if not n.startswith("_") and n != "datetime_CAPI"))
