"""Plays the example and checks it: what demo.sh runs."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

# Before boto3 is used: any keys will do, and no proxy stands in between.
os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="local",
    AWS_SECRET_ACCESS_KEY="local",
    NO_PROXY="127.0.0.1,localhost",
    no_proxy="127.0.0.1,localhost",
)
import boto3  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_SECONDS = 120  # Whatever happens, the demo ends.
COLOR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")


class Broken(Exception):
    """A promise of this demo that was not kept."""


def say(text=""):
    print(text, flush=True)


def title(text):
    say(f"\n\x1b[1m{text}\x1b[0m" if COLOR else f"\n{text}")


def promise(kept, text):
    """Says that `text` is so, or ends the demo."""
    if not kept:
        raise Broken(text)
    say(f"  ok: {text}")


def kill_late(process, seconds=LIMIT_SECONDS):
    """A process of the demo never outlives it."""
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    return timer


class Server:
    def __init__(self, binary, folder):
        self.binary = binary
        self.db = folder / "demo.db"
        self.log = folder / "server.log"
        self.port = 0
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--json", "--db", self.db]
                + ["--port", str(self.port)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        kill_late(self.process)
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            raise Broken(f"the server starts (exit code {code})\n{self.tail()}")
        ready = json.loads(line)
        self.port, self.url = ready["port"], ready["url"]
        say(f"  server {ready['pid']} is ready at {self.url}")

    def tail(self):
        return self.log.read_text()[-2000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        promise(self.process.wait(10) == -signal.SIGKILL, "it died at once")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(5)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Demo:
    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.server = Server(binary, folder)
        self.workers = []
        self.arns = []

    def end(self):
        for process in self.workers:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.server.end()

    def worker(self, name, *options):
        process = subprocess.Popen(
            [sys.executable, HERE / "worker.py", "--name", name, "--tasks=1"]
            + ["--endpoint-url", self.server.url, *options]
        )
        kill_late(process)
        self.workers.append(process)
        return process

    def start_order(self, number):
        started = self.client.start_execution(
            stateMachineArn=self.machine,
            name=f"order-{number}",
            input=json.dumps({"order": number}),
        )
        self.arns.append(started["executionArn"])
        say(f"  started order-{number}")
        return started["executionArn"]

    def history(self, arn):
        pages = self.client.get_paginator("get_execution_history")
        return [
            event
            for page in pages.paginate(executionArn=arn)
            for event in page["events"]
        ]

    def wait_for(self, what, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise Broken(f"{what} within {seconds} s\n{self.server.tail()}")
            time.sleep(0.05)

    def succeeded(self, arn, worker):
        def status():
            return self.client.describe_execution(executionArn=arn)["status"]

        self.wait_for("the execution ends", lambda: status() != "RUNNING")
        promise(status() == "SUCCEEDED", "the execution succeeded")
        promise(worker.wait(10) == 0, "the worker is content")
        return self.history(arn)

    def types(self, events):
        return [event["type"] for event in events]

    def prepare(self):
        title("A real server on a free port, with a fresh database")
        self.server.start()
        self.client = boto3.client(
            "stepfunctions", endpoint_url=self.server.url
        )
        self.client.create_activity(name="ship")
        self.machine = self.client.create_state_machine(
            name="orders",
            definition=(HERE / "machine.asl.json").read_text(),
            roleArn="arn:aws:iam::123456789012:role/orders",
        )["stateMachineArn"]
        say("  created the activity ship and the state machine orders:")
        say("  its Task may take 60 s, but never 3 s without a heartbeat")

    def beating(self):
        title("1. A worker that beats and succeeds")
        arn = self.start_order(1)
        events = self.succeeded(arn, self.worker("ada"))
        promise(
            "ActivityTimedOut" not in self.types(events),
            "its heartbeats kept the task alive",
        )

    def silent(self):
        title("2. A worker that goes silent")
        arn = self.start_order(2)
        events = self.succeeded(arn, self.worker("bob", "--silent-first"))
        types = self.types(events)
        promise(
            types.count("ActivityTimedOut") == 1,
            "the silent attempt was timed out",
        )
        lost = events[types.index("ActivityTimedOut")]
        began = events[types.index("ActivityStarted")]
        promise(
            lost["timestamp"] - began["timestamp"]
            == datetime.timedelta(seconds=3),
            "3.000 s after it began, to the millisecond",
        )
        promise(
            types.count("ActivityStarted") == 2
            and "ActivitySucceeded" in types,
            "the Retry made a second attempt, and that succeeded",
        )

    def crash(self):
        title("3. kill -9 in the middle of a running execution")
        arn = self.start_order(3)
        worker = self.worker("eve", "--beats=6")
        self.wait_for(
            "the task is taken",
            lambda: "ActivityStarted" in self.types(self.history(arn)),
        )
        time.sleep(1.2)  # Let it beat a little.
        before = self.history(arn)
        old = self.server.process.pid
        say(f"  kill -9 {old}")
        self.server.kill()
        time.sleep(0.3)
        self.server.start()
        promise(self.server.process.pid != old, "it runs again, same database")
        events = self.succeeded(arn, worker)
        promise(events[: len(before)] == before, "no event was lost or changed")
        promise(
            self.types(events).count("ActivityStarted") == 1,
            "the same worker finished the same task with the same token",
        )

    def three_days(self):
        title("4. Three days in milliseconds: stepwheel run wait.asl.json")
        begin = time.monotonic()
        run = subprocess.run(
            [self.binary, "run", HERE / "wait.asl.json"]
            + ["--input", '{"order":4}'],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
        )
        took = time.monotonic() - begin
        for line in (run.stderr + run.stdout).splitlines():
            say(f"    {line}")
        promise(run.returncode == 0, "it succeeded")
        output = json.loads(run.stdout)
        moments = [
            datetime.datetime.fromisoformat(output[name].replace("Z", "+00:00"))
            for name in ("orderedAt", "finalAt")
        ]
        promise(
            moments[1] - moments[0] == datetime.timedelta(days=3),
            "three days passed for the execution, to the millisecond",
        )
        promise(took < 5, f"and {took * 1000:.0f} ms for us, start included")

    def timelines(self):
        title("The timelines: stepwheel history ARN --endpoint URL")
        for arn in self.arns:
            say()
            drawn = subprocess.run(
                [self.binary, "history", arn]
                + ["--endpoint", self.server.url]
                + ["--color", "always" if COLOR else "never"],
                stdout=subprocess.PIPE,
                text=True,
                timeout=20,
            )
            say(drawn.stdout.rstrip("\n"))
            if drawn.returncode != 0 or "Ship" not in drawn.stdout:
                raise Broken(f"the timeline of {arn} is drawn")

    def play(self):
        begin = time.monotonic()
        self.prepare()
        self.beating()
        self.silent()
        self.crash()
        self.three_days()
        self.timelines()
        title("The end")
        promise(self.server.stop() == 0, "SIGTERM ends the server cleanly")
        say(f"  everything as promised, in {time.monotonic() - begin:.1f} s")


def main():
    parser = argparse.ArgumentParser(prog="demo.sh", description=__doc__)
    parser.add_argument("--binary", required=True, help="stepwheel")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        demo = Demo(options.binary, pathlib.Path(folder))
        stack.callback(demo.end)
        try:
            demo.play()
            return 0
        except Broken as broken:
            say(f"\nFAILED, not as promised: {broken}")
        except Exception as error:  # pylint: disable=broad-except
            say(f"\nFAILED: {type(error).__name__}: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
