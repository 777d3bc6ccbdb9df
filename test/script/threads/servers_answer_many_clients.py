# Servers over the loopback, with many clients at once: threaded HTTP, XML-RPC, WSGI, asyncio, and pipes of subprocesses.
import asyncio
import http.client
import http.server
import os
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import wsgiref.simple_server


def crew_of(count, work):
    results = [None] * count

    def run(i):
        results[i] = work(i)

    crew = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for t in crew:
        t.start()
    for t in crew:
        t.join()
    return results


def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def stop():
        server.shutdown()
        thread.join()
        server.server_close()

    return stop


def http_files():
    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __init__(self, *args):
            super().__init__(*args, directory=folder)

        def log_message(self, *args):
            pass

    with tempfile.TemporaryDirectory() as folder:
        for n in range(5):
            with open(os.path.join(folder, f"{n}.txt"), "wb") as f:
                f.write(bytes([65 + n]) * (1 + 30000 * n))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        stop = serving(server)
        busy = threading.Event()

        def compute():
            n = 0
            while not busy.is_set():
                n += 1

        spinner = threading.Thread(target=compute)
        spinner.start()

        def fetch(i):
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
            good = 0
            for n in range(6):
                which = (n + i) % 6
                connection.request("GET", f"/{which}.txt")
                answer = connection.getresponse()
                body = answer.read()
                good += (answer.status, body) == (200, bytes([65 + which]) * (1 + 30000 * which)) if which < 5 else answer.status == 404
            connection.close()
            return good

        print("http", crew_of(4, fetch))
        busy.set()
        spinner.join()
        stop()


def wsgi():
    def application(environ, start_response):
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size).upper()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]

    class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
        daemon_threads = True

    class Handler(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, *args):
            pass

    server = wsgiref.simple_server.make_server("127.0.0.1", 0, application, Server, Handler)
    stop = serving(server)

    def post(i):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        connection.request("POST", "/", b"text %d" % i)
        answer = connection.getresponse().read()
        connection.close()
        return answer

    print("wsgi", crew_of(6, post))
    stop()


def echo_streams():
    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line)
            await writer.drain()
        writer.close()

    async def talk(port, i):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        good = 0
        for n in range(5):
            writer.write(b"%d %d\n" % (i, n))
            good += await reader.readline() == b"%d %d\n" % (i, n)
        writer.close()
        await writer.wait_closed()
        return good

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=200)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return sum(await asyncio.gather(*[talk(port, i) for i in range(60)]))

    print("streams", asyncio.run(main()))


def loop_and_threads():
    async def main():
        loop = asyncio.get_running_loop()
        came = asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, came.set)
        results = await asyncio.gather(*[asyncio.to_thread(sum, range(n)) for n in range(10)])
        os.kill(os.getpid(), signal.SIGUSR1)
        await asyncio.wait_for(came.wait(), 30)
        loop.remove_signal_handler(signal.SIGUSR1)
        child = await asyncio.create_subprocess_exec("tr", "a-z", "A-Z", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        out, _ = await child.communicate(b"from a child")
        called = loop.create_future()
        threading.Thread(target=lambda: loop.call_soon_threadsafe(called.set_result, "from a thread")).start()
        return results, out, child.returncode, await called

    print("loop", asyncio.run(main()))


def pipelines():
    text = b"\n".join(b"%d" % (n * 7919 % 1000) for n in range(1000)) + b"\n"
    first = subprocess.Popen(["sort", "-n"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    second = subprocess.Popen(["uniq"], stdin=first.stdout, stdout=subprocess.PIPE)
    first.stdout.close()
    feeder = threading.Thread(target=lambda: (first.stdin.write(text), first.stdin.close()))
    feeder.start()
    out = second.communicate()[0]
    feeder.join()
    print("pipeline", out.split() == [b"%d" % n for n in range(1000)], first.wait(), second.returncode)
    runs = crew_of(2, lambda i: subprocess.run([sys.executable, "-c", f"print({i} ** 2)"], capture_output=True, text=True).stdout)
    print("children", runs)


http_files()
wsgi()
echo_streams()
loop_and_threads()
pipelines()
