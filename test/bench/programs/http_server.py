"""The threaded http.server hands out files to 1, 4 and 8 connections, beside 0, 1 and 4 threads that compute.

Each connection asks again as soon as it has its answer. Printed as http.CONNECTIONS.COMPUTING.
"""
import contextlib
import http.server
import os
import sys
import tempfile
import threading

from load import Computing, Serving, load_http

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
SIZES = {"a": 900, "b": 20_000, "c": 100_000}


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written apart: without it each answer waits for a late ACK
    served = 0
    lock = threading.Lock()

    def __init__(self, *arguments):
        super().__init__(*arguments, directory=folder)

    def handle(self):
        with contextlib.suppress(ConnectionError):  # the client hangs up when its time is over
            super().handle()

    def do_GET(self):
        try:
            super().do_GET()
        finally:
            with Handler.lock:
                Handler.served += 1

    def log_message(self, *arguments):
        pass


with tempfile.TemporaryDirectory() as folder:
    for name, size in SIZES.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(name.encode() * size)
    for connections in (1, 4, 8):
        for computing in (0, 1, 4):
            Handler.served = 0
            with Serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port, Computing(computing):
                result = load_http(port, max(2, round(3 * scale)), connections, SIZES)
            # server_close() has waited for every connection's thread. What was under way at the end is answered and not counted.
            assert 0 <= Handler.served - result["answers"] <= connections, (Handler.served, result)
            print(f"http.{connections}.{computing}.rate {result['answers'] / result['seconds']:.1f} 1/s")
            print(f"http.{connections}.{computing}.p50 {result['p50'] * 1e3:.3f} ms")
            print(f"http.{connections}.{computing}.p99 {result['p99'] * 1e3:.3f} ms")
