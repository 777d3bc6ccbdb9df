"""A WSGI application and an XML-RPC service, a thread for each connection, asked from another process."""
import socketserver
import sys
import wsgiref.simple_server
import xmlrpc.server

from load import Serving, load

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
calls = {"wsgi": 0, "xmlrpc": 0}


def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).upper()
    answer = f"{environ['PATH_INFO']} {environ['QUERY_STRING']} ".encode() + body
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    calls["wsgi"] += 1
    return [answer]


def describe(*arguments):
    calls["xmlrpc"] += 1
    return [*arguments, len(arguments)]


class QuietHandler(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


class WSGIServer(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    pass


class RPCServer(socketserver.ThreadingMixIn, xmlrpc.server.SimpleXMLRPCServer):
    pass


def measure(name, server):
    with Serving(server) as port:
        result = load(name, port, max(50, int(1000 * scale)))
    assert calls[name] == result["answers"], (calls, result)
    print(f"{name}.rate {result['answers'] / result['seconds']:.0f} 1/s")


measure("wsgi", wsgiref.simple_server.make_server("127.0.0.1", 0, application, WSGIServer, QuietHandler))
service = RPCServer(("127.0.0.1", 0), logRequests=False, allow_none=True)
service.register_function(describe)
measure("xmlrpc", service)
