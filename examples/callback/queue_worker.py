#!/usr/bin/python3
"""A queue that speaks enough of SQS, and the worker that takes its messages.

Each message carries a task token. The worker approves amounts up to 100 with
SendTaskSuccess and refuses others with SendTaskFailure.

    queue_worker.py [PORT]      prints the address of the queue
    STEPWHEEL_URL               where answers go (default http://127.0.0.1:8083)
"""

import http.server
import json
import os
import queue
import sys
import threading
import urllib.request
import uuid

URL = os.environ.get("STEPWHEEL_URL", "http://127.0.0.1:8083")
messages = queue.Queue()


class Sqs(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        messages.put(json.loads(self.rfile.read(length))["MessageBody"])
        body = json.dumps({"MessageId": str(uuid.uuid4())}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def call(operation, **parameters):
    request = urllib.request.Request(
        URL,
        json.dumps(parameters).encode(),
        {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"AWSStepFunctions.{operation}",
        },
    )
    urllib.request.urlopen(request).close()


def work():
    while True:
        message = json.loads(messages.get())
        token, amount = message["token"], message["amount"]
        if amount <= 100:
            output = json.dumps({"approvedBy": "the queue's worker"})
            call("SendTaskSuccess", taskToken=token, output=output)
        else:
            call(
                "SendTaskFailure",
                taskToken=token,
                error="TooMuch",
                cause=f"{amount} is more than 100",
            )


threading.Thread(target=work, daemon=True).start()
port = int(sys.argv[1]) if len(sys.argv) > 1 else 9324
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Sqs)
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
