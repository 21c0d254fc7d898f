#!/usr/bin/python3
"""A function behind Lambda's Invoke API in plain Python: no AWS, no SDK.

    function.py [PORT]      prints the address it listens on
"""

import http.server
import json
import sys


def handler(event):
    if event["quantity"] < 1:
        raise ValueError("there is nothing to pack")
    return {"parcels": -(-event["quantity"] // 3)}


class Invoke(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        event = json.loads(self.rfile.read(length) or b"{}")
        self.send_response(200)
        try:
            result = handler(event)
        except Exception as error:
            self.send_header("X-Amz-Function-Error", "Unhandled")
            name = type(error).__name__
            result = {"errorType": name, "errorMessage": str(error)}
        body = json.dumps(result).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9001
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Invoke)
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
