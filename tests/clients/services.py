"""Stand-ins for AWS services that tasks call: a Lambda and an SQS of a few
lines each, which remember what they were asked."""

import contextlib
import http.server
import json
import os
import threading
import urllib.parse
import uuid


class Service:
    """Answers POST requests with `answer(path, headers, body)`, a tuple of
    status, headers and body; `calls` holds what came in."""

    def __init__(self, answer):
        service = self
        self.calls = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                service.calls.append((self.path, dict(self.headers), body))
                status, headers, out = answer(self.path, self.headers, body)
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
                    self.send_header("Content-Length", str(len(out)))
                    self.end_headers()
                    self.wfile.write(out)

        class Threads(http.server.ThreadingHTTPServer):
            daemon_threads = True

        self.server = Threads(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def function_service(functions):
    """A Lambda of Python functions by name: {"double": lambda event: ...}."""

    def answer(path, headers, body):
        name = urllib.parse.unquote(path.split("/")[3])
        if name not in functions:
            message = {"Message": f"Function not found: {name}"}
            return (
                404,
                {"X-Amzn-ErrorType": "ResourceNotFoundException"},
                json.dumps(message).encode(),
            )
        event = json.loads(body or b"{}")
        try:
            result = json.dumps(functions[name](event))
        except Exception as error:
            report = {
                "errorType": type(error).__name__,
                "errorMessage": str(error),
            }
            return (
                200,
                {"X-Amz-Function-Error": "Unhandled"},
                json.dumps(report).encode(),
            )
        return 200, {"X-Amz-Executed-Version": "$LATEST"}, result.encode()

    return Service(answer)


@contextlib.contextmanager
def environment(**variables):
    """Sets variables for the programs that are started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
