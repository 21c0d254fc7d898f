"""Lambda tasks against AWS's own runtime interface emulator, which runs a
Python and a Node function. It is no part of Debian: without it these tests are
skipped (tests/clients/lambda_rie/install.sh installs it).

The emulator knows one function, named `function`, takes one call at a time, and
answers without any of Lambda's headers; api/calls/README.md says what of that
shows.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from harness import PATIENCE, ROOT, Api, Server, stepwheel
from harness import setUpModule, wait_until  # noqa: F401

INSTALLED = ROOT / "build/lambda-rie"
SOURCES = pathlib.Path(__file__).parent / "lambda_rie"
TIMEOUT_SECONDS = 1
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:function"
INVOKE = "arn:aws:states:::lambda:invoke"


def require(*paths):
    for path in paths:
        if not path.exists():
            raise unittest.SkipTest(
                f"{path.relative_to(ROOT)} is not installed: "
                "tests/clients/lambda_rie/install.sh does it"
            )


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def listens(port):
    with socket.socket() as peer:
        return peer.connect_ex(("127.0.0.1", port)) == 0


class Emulator:
    """One emulator with one function, as in a container image."""

    def __init__(self, command):
        port, inner = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [INSTALLED / "bin/aws-lambda-rie", "--log-level", "warn"]
            + ["--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
            + ["--runtime-api-address", f"127.0.0.1:{inner}", *command],
            cwd=SOURCES,
            env={
                **os.environ,
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(TIMEOUT_SECONDS),
                "LAMBDA_TASK_ROOT": str(SOURCES),
            },
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_until(lambda: listens(port))

    def end(self):
        # The function is a process of its own, in this session.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.log.close()


def task(resource, **members):
    state = {"Type": "Task", "Resource": resource, "End": True, **members}
    return {"StartAt": "T", "States": {"T": state}}


def invoke(payload_path="$", **parameters):
    return task(
        INVOKE,
        Parameters={
            "FunctionName": FUNCTION,
            "Payload.$": payload_path,
            **parameters,
        },
    )


class RuntimeTests:
    """What both runtimes must do; `COMMAND` starts the function."""

    @classmethod
    def setUpClass(cls):
        cls.check()
        cls.emulator = Emulator(cls.COMMAND)
        cls.addClassCleanup(cls.emulator.end)
        cls.server = Server("--endpoint", f"lambda={cls.emulator.url}")
        cls.addClassCleanup(cls.server.end)

    def play(self, definition, value):
        api = Api(self.server)
        machine = api.machine(f"m{time.monotonic_ns()}", definition)
        return api.ended(api.start(machine, value=value))

    def output(self, definition, value):
        ended = self.play(definition, value)
        self.assertEqual(ended["status"], "SUCCEEDED", ended.get("cause"))
        return json.loads(ended["output"])

    def test_a_payload_goes_in_and_the_result_comes_out(self):
        value = {"text": "grüße ☂", "n": [1, 2.5, None, True]}
        self.assertEqual(self.output(task(FUNCTION), value)["event"], value)
        result = self.output(invoke(), value)
        self.assertEqual(result["Payload"]["event"], value)
        self.assertEqual(result["StatusCode"], 200)
        http = result["SdkHttpMetadata"]
        self.assertEqual(http["HttpStatusCode"], 200)
        self.assertEqual(
            http["AllHttpHeaders"]["Content-Type"],
            ["text/plain; charset=utf-8"],
        )
        self.assertIn("Date", http["HttpHeaders"])
        self.assertIn("RequestId", result["SdkResponseMetadata"])
        # Lambda says "$LATEST" here; the emulator does not say.
        self.assertNotIn("ExecutedVersion", result)

    def test_a_function_that_raises_fails_its_task(self):
        for definition in (task(FUNCTION), invoke()):
            ended = self.play(definition, {"raise": "no \u2602"})
            self.assertEqual(ended["status"], "FAILED")
            self.assertEqual(ended["error"], self.ERROR)
            cause = json.loads(ended["cause"])
            self.assertEqual(cause["errorType"], self.ERROR)
            self.assertEqual(cause["errorMessage"], "no \u2602")
            self.assertIn(self.SOURCE, "".join(cause[self.TRACE]))

    def test_a_retrier_and_a_catcher_know_the_error_by_its_name(self):
        retrier = {
            "ErrorEquals": [self.ERROR],
            "IntervalSeconds": 1,
            "MaxAttempts": 3,
            "BackoffRate": 1.0,
        }
        before = self.output(task(FUNCTION), {})["calls"]
        got = self.output(
            task(FUNCTION, Retry=[retrier]), {"fail_until_call": before + 1}
        )
        self.assertEqual(got["calls"], before + 2)
        definition = task(
            FUNCTION, Catch=[{"ErrorEquals": [self.ERROR], "Next": "Caught"}]
        )
        definition["States"]["Caught"] = {"Type": "Pass", "End": True}
        caught = self.output(definition, {"raise": "no"})
        self.assertEqual(caught["Error"], self.ERROR)

    def test_a_function_that_takes_too_long_is_timed_out(self):
        ended = self.play(invoke(), {"sleep": 60})
        self.assertEqual(ended["error"], "Sandbox.Timedout")
        self.assertEqual(
            ended["cause"],
            f"Task timed out after {TIMEOUT_SECONDS}.00 seconds",
        )
        self.assertEqual(self.output(task(FUNCTION), {})["calls"], 1)

    def test_a_function_whose_process_ends_fails_its_task(self):
        ended = self.play(task(FUNCTION), {"exit": 3})
        self.assertEqual(ended["error"], "Runtime.ExitError")
        message = json.loads(ended["cause"])["errorMessage"]
        self.assertIn("exit status 3", message)
        self.assertEqual(self.output(task(FUNCTION), {})["calls"], 1)

    def test_large_payloads(self):
        text = "y" * 200_000
        got = self.output(task(FUNCTION), {"text": text})
        self.assertEqual(got["event"]["text"], text)
        got = self.output(invoke(), {"size": 200_000})
        self.assertEqual(got["Payload"], "x" * 200_000)
        # Beyond what state data may have, and beyond what Lambda answers.
        for size, error in (
            (300_000, "States.DataLimitExceeded"),
            (7_000_000, "Function.ResponseSizeTooLarge"),
        ):
            ended = self.play(task(FUNCTION), {"size": size})
            self.assertEqual(ended["error"], error)

    def test_an_event_invocation_is_answered(self):
        # Lambda answers 202 without waiting; the emulator waits.
        result = self.output(invoke(InvocationType="Event"), {"n": 1})
        self.assertEqual(result["StatusCode"], 200)
        self.assertEqual(result["Payload"]["event"], {"n": 1})

    def test_a_function_that_it_does_not_know(self):
        other = FUNCTION.replace("function:function", "function:other")
        ended = self.play(task(other), {})
        self.assertEqual(ended["error"], "Lambda.AWSLambdaException")
        self.assertIn("HTTP 404", ended["cause"])
        self.assertIn("404 page not found", ended["cause"])

    def test_a_map_that_calls_one_after_the_other(self):
        # Calls that meet end the emulator: a nil pointer in its goroutine.
        definition = {
            "StartAt": "M",
            "States": {
                "M": {
                    "Type": "Map",
                    "MaxConcurrency": 1,
                    "ItemProcessor": task(FUNCTION),
                    "End": True,
                }
            },
        }
        items = [{"n": n} for n in range(10)]
        got = self.output(definition, items)
        self.assertEqual([one["event"] for one in got], items)

    def test_run_calls_it_too(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "machine.asl.json"
            path.write_text(json.dumps(invoke()))
            ran = stepwheel(
                *("run", path, "--endpoint", f"lambda={self.emulator.url}"),
                *("--input", '{"n":1}', "--json"),
            )
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn('"n":1', ran.stdout)


class PythonFunctionTest(RuntimeTests, unittest.TestCase):
    COMMAND = (
        INSTALLED / "python/bin/python",
        *("-m", "awslambdaric", "function.handler"),
    )
    ERROR = "ValueError"
    SOURCE = "function.py"
    TRACE = "stackTrace"

    @classmethod
    def check(cls):
        require(INSTALLED / "bin/aws-lambda-rie", cls.COMMAND[0])


class NodeFunctionTest(RuntimeTests, unittest.TestCase):
    COMMAND = (
        "node",
        INSTALLED / "node/node_modules/aws-lambda-ric/index.mjs",
        "function.handler",
    )
    ERROR = "TypeError"
    SOURCE = "function.js"
    TRACE = "trace"

    @classmethod
    def check(cls):
        require(INSTALLED / "bin/aws-lambda-rie", cls.COMMAND[1])
        if not shutil.which("node"):
            raise unittest.SkipTest("node is not installed")


if __name__ == "__main__":
    unittest.main()
