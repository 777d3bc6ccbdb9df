import datetime

import breadth
import dates

for name, result in breadth.cases("hello world\n", 0x1234567890ABCDEF12, (1, "two", None, 1)):
    print(name, ascii(result))
for value in dates.make(2024, 2, 29):
    print(value, dates.parts(value) if not isinstance(value, int) else "")
for bad in [(2023, 2, 29), (0, 1, 1), (1, 13, 1)]:
    try:
        dates.make(*bad)
    except ValueError as e:
        print(e)
print(dates.parts(datetime.datetime(1, 2, 3, 4, 5, 6, 7, datetime.timezone.utc)))
