"""The threaded http.server hands out files to eight connections, beside 0, 1 and 4 threads that compute."""
import http.server
import os
import sys
import tempfile
import threading

from load import Computing, Serving, load

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
SIZES = {"a": 900, "b": 20_000, "c": 100_000}


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written apart: without it each answer waits for a late ACK
    served = 0
    lock = threading.Lock()

    def __init__(self, *arguments):
        super().__init__(*arguments, directory=folder)

    def do_GET(self):
        super().do_GET()
        with Handler.lock:
            Handler.served += 1

    def log_message(self, *arguments):
        pass


with tempfile.TemporaryDirectory() as folder:
    for name, size in SIZES.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(name.encode() * size)
    files = ",".join(f"{name}={size}" for name, size in SIZES.items())
    for spinners in (0, 1, 4):
        Handler.served = 0
        with Serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port, Computing(spinners):
            result = load("http", port, 2.0 * scale, 8, files)
        # server_close() has waited for every connection's thread.
        assert Handler.served == result["answers"], (Handler.served, result)
        print(f"http.{spinners}.rate {result['answers'] / result['seconds']:.1f} 1/s")
        print(f"http.{spinners}.p50 {result['p50'] * 1e3:.3f} ms")
        print(f"http.{spinners}.p99 {result['p99'] * 1e3:.3f} ms")
