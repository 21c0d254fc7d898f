#!/usr/bin/python3
"""Plays this example against a real server and checks what it promises: ends
with 0 only if all was kept.

    STEPWHEEL_BINARY  the binary (default: build/release/stepwheel)
"""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BINARY = os.environ.get(
    "STEPWHEEL_BINARY", HERE.parents[1] / "build/release/stepwheel"
)


@contextlib.contextmanager
def program(*command, **variables):
    """A program and the first line it prints; ended afterwards."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def call(url, operation, **parameters):
    request = urllib.request.Request(
        url,
        json.dumps(parameters).encode(),
        {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"AWSStepFunctions.{operation}",
        },
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def order(url, machine, amount):
    execution = call(
        url,
        "StartExecution",
        stateMachineArn=machine,
        input=json.dumps({"amount": amount}),
    )["executionArn"]
    while True:
        told = call(url, "DescribeExecution", executionArn=execution)
        if told["status"] != "RUNNING":
            return told
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    # The queue's worker answers to the server, and the server sends to the
    # queue: one of them has to know the other's address beforehand.
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    queue_worker = str(HERE / "queue_worker.py")
    with program(
        sys.executable, queue_worker, "0", STEPWHEEL_URL=url
    ) as queue, program(
        BINARY,
        *f"serve --port {port} --db :memory: --log-level warn".split(),
        AWS_ENDPOINT_URL_SQS=queue,
    ) as ready:
        print(ready)
        machine = call(
            url,
            "CreateStateMachine",
            name="approvals",
            roleArn="arn:aws:iam::123456789012:role/example",
            definition=(HERE / "machine.asl.json").read_text(),
        )["stateMachineArn"]
        small, large = order(url, machine, 30), order(url, machine, 3000)
    print(f"30:   {small['status']}  {small.get('output')}")
    why = f"{large.get('error')}: {large.get('cause')}"
    print(f"3000: {large['status']}  {why}")
    if (small["status"], large.get("error")) != ("SUCCEEDED", "TooMuch"):
        sys.exit("demo: FAILED, not as promised")
    print("everything as promised")


if __name__ == "__main__":
    main()
