"""What the programs beside share: the load from another process, threads that compute, and checks of what came back."""
import json
import os
import subprocess
import threading

# The same interpreter makes the load for every implementation that is measured.
PYTHON = os.environ.get("BENCH_REFERENCE", "/usr/bin/python3")


def load(what, *arguments):
    """Runs client.py beside this process and returns what it counted."""
    client = os.path.join(os.path.dirname(__file__), "client.py")
    run = subprocess.run([PYTHON, "-I", client, what, *map(str, arguments)], stdout=subprocess.PIPE, check=True)
    result = json.loads(run.stdout)
    assert result["bad"] == 0 and result["answers"] > 0, result
    return result


def load_http(port, seconds, connections, sizes):
    """Has wrk ask for files, sizes = {path: bytes}, for some whole seconds; returns what it counted."""
    script = os.path.join(os.path.dirname(__file__), "http.lua")
    files = [f"{path}={size}" for path, size in sizes.items()]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", script, f"http://127.0.0.1:{port}/", "--", *files]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    result = json.loads(run.stdout.splitlines()[-1])
    assert result["bad"] == 0 and result["answers"] > 0, result
    return result


class Serving:
    """A server of socketserver's in a thread of its own while the block lasts."""

    def __init__(self, server):
        self.server = server
        self.thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self.thread.start()
        return self.server.server_address[1]

    def __exit__(self, *exception):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Computing:
    """Threads that only compute while the block lasts."""

    def __init__(self, count):
        self.running = True
        self.rounds = [0] * count
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(count)]

    def run(self, me):
        value = 1
        while self.running:
            for i in range(250):
                value = (value * 31 + i) % 65521
            self.rounds[me] += 1

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *exception):
        self.running = False
        for t in self.threads:
            t.join()
        assert all(self.rounds), self.rounds
