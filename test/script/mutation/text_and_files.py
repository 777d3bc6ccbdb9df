import io
import queue

from crew import together

stream = io.StringIO()
data = io.BytesIO()
jobs = queue.SimpleQueue()
together(
    50,
    lambda n, i: stream.write(f"{n}:{i}\n"),
    lambda n, i: data.write(b"%d:%d\n" % (n, i)),
    lambda n, i: stream.getvalue().count("\n"),
    lambda n, i: data.getbuffer()[:3].tobytes(),
    lambda n, i: jobs.put((n, i)),
    lambda n, i: jobs.get_nowait(),
)
lines = stream.getvalue().splitlines()
print(len(lines) == 200 == len(set(lines)), len(data.getvalue().splitlines()) <= 200)  # expect: True True

reader = io.StringIO("line\n" * 400)
read = []
together(50, lambda n, i: read.append(reader.readline()), lambda n, i: reader.tell())
print(read.count("line\n") == 200)  # expect: True
