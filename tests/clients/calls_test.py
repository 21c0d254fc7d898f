"""Tasks that call services: a real server, a Lambda and an SQS of our own."""

import json
import socket
import tempfile
import threading
import time
import unittest

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness import ACCOUNT, Api, Server, stepwheel
from harness import setUpModule, wait_until  # noqa: F401
from services import Service, environment, function_service


def task(resource, **members):
    state = {"Type": "Task", "Resource": resource, "End": True, **members}
    return {"StartAt": "T", "States": {"T": state}}


def function(name):
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


class ServicesCase(unittest.TestCase):
    """A Lambda of three functions and an SQS, and servers that call them."""

    def setUp(self):
        self.released = threading.Event()
        self.addCleanup(self.released.set)
        self.functions = function_service(
            {
                "double": lambda event: 2 * event["n"],
                "hang": lambda event: self.released.wait(60),
                "fail": lambda event: 1 // event["n"],
            }
        )
        self.addCleanup(self.functions.close)
        self.queue = Service(
            lambda path, headers, body: (200, {}, b'{"MessageId":"m"}')
        )
        self.addCleanup(self.queue.close)

    def serve(self, *options, **more):
        with environment(
            AWS_ENDPOINT_URL_LAMBDA=self.functions.url,
            AWS_ENDPOINT_URL_SQS=self.queue.url,
        ):
            server = Server(*options, **more)
        self.addCleanup(server.end)
        return server

    def play(self, server, definition, value):
        api = Api(server)
        machine = api.machine(f"m{time.monotonic_ns()}", definition)
        return api.ended(api.start(machine, value=value))


class CallsTest(ServicesCase):
    def test_a_function_answers_or_fails(self):
        server = self.serve()
        good = self.play(server, task(function("double")), {"n": 21})
        self.assertEqual(good["output"], "42")
        bad = self.play(server, task(function("fail")), {"n": 0})
        self.assertEqual(bad["error"], "ZeroDivisionError")
        self.assertIn("errorMessage", json.loads(bad["cause"]))
        none = self.play(server, task(function("none")), {})
        self.assertEqual(none["error"], "Lambda.ResourceNotFoundException")

    def test_a_flag_says_where_a_service_is_and_requests_are_signed(self):
        with environment(
            AWS_ENDPOINT_URL_LAMBDA="http://127.0.0.1:1",
            AWS_ACCESS_KEY_ID="key",
            AWS_SECRET_ACCESS_KEY="secret",
            AWS_SESSION_TOKEN="token",
        ):
            server = Server("--endpoint", f"lambda={self.functions.url}")
        self.addCleanup(server.end)
        good = self.play(server, task(function("double")), {"n": 21})
        self.assertEqual(good["output"], "42")
        path, headers, body = self.functions.calls[-1]
        authorization = headers["Authorization"]
        self.assertIn("/us-east-1/lambda/aws4_request, ", authorization)
        signed = authorization.split("SignedHeaders=")[1].split(",")[0]
        request = AWSRequest(
            method="POST",
            url=self.functions.url + path,
            headers={n: v for n, v in headers.items() if n.lower() in signed},
            data=body,
        )
        request.context["timestamp"] = headers["X-Amz-Date"]
        auth = SigV4Auth(
            Credentials("key", "secret", "token"), "lambda", "us-east-1"
        )
        text = auth.string_to_sign(request, auth.canonical_request(request))
        self.assertTrue(authorization.endswith(auth.signature(text, request)))

    def test_a_message_carries_a_token_that_ends_the_task(self):
        server = self.serve()
        api = Api(server)
        machine = api.machine(
            "callback",
            task(
                "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                Parameters={
                    "QueueUrl": "http://queue/q",
                    "MessageBody": {"token.$": "$$.Task.Token"},
                },
            ),
        )
        execution = api.start(machine)
        wait_until(lambda: self.queue.calls)
        _, headers, body = self.queue.calls[0]
        self.assertEqual(headers["X-Amz-Target"], "AmazonSQS.SendMessage")
        token = json.loads(json.loads(body)["MessageBody"])["token"]
        server.ask("SendTaskSuccess", taskToken=token, output='"done"')
        self.assertEqual(api.ended(execution)["output"], '"done"')

    def test_a_hanging_function_holds_nobody_up(self):
        server = self.serve()
        slow = Api(server)
        machine = slow.machine(
            "slow", task(function("hang"), TimeoutSeconds=2)
        )
        execution = slow.start(machine)
        wait_until(lambda: self.functions.calls)
        quick = self.play(server, task(function("double")), {"n": 1})
        self.assertEqual(quick["output"], "2")
        self.assertEqual(slow.status(execution), "RUNNING")
        self.assertEqual(slow.ended(execution)["error"], "States.Timeout")

    def test_after_a_crash_nothing_is_sent_again(self):
        with tempfile.TemporaryDirectory() as folder:
            database = f"{folder}/s.db"
            server = self.serve(db=database)
            api = Api(server)
            execution = api.start(api.machine("m", task(function("hang"))))
            wait_until(lambda: self.functions.calls)
            server.kill()
            after = Api(self.serve(db=database))
            ended = after.ended(execution)
            self.assertEqual(ended["error"], "States.TaskFailed")
            self.assertIn("whether it arrived is unknown", ended["cause"])
            self.assertEqual(len(self.functions.calls), 1)

    def test_without_an_endpoint_the_task_says_what_to_set(self):
        server = Server()
        self.addCleanup(server.end)
        ended = self.play(server, task(function("double")), {"n": 1})
        self.assertIn("set AWS_ENDPOINT_URL_LAMBDA", ended["cause"])

    def test_an_endpoint_that_is_this_server_is_said_to_be(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            url = f"http://{host}:{port}"
            with environment(AWS_ENDPOINT_URL=url):
                server = Server(port=port)
            self.addCleanup(server.end)
            ended = self.play(server, task(function("double")), {"n": 1})
            self.assertEqual(ended["error"], "States.TaskFailed")
            self.assertIn(
                f"AWS_ENDPOINT_URL is '{url}', which is this very server, and "
                "it is no lambda: set AWS_ENDPOINT_URL_LAMBDA or give "
                "--endpoint lambda=URL",
                ended["cause"],
            )
            server.end()

    def test_certificates_that_cannot_be_read_are_said(self):
        with environment(
            AWS_CA_BUNDLE="/nonexistent/ca.pem",
            AWS_ENDPOINT_URL="https://127.0.0.1:1",
        ):
            server = Server()
        self.addCleanup(server.end)
        ended = self.play(server, task(function("double")), {"n": 1})
        self.assertEqual(ended["error"], "Lambda.SdkClientException")
        said = "AWS_CA_BUNDLE is '/nonexistent/ca.pem': No such file"
        self.assertIn(said, ended["cause"])
        self.assertIn(said, server.logged())

    def test_children_run_and_their_machines_can_be_asked_about(self):
        server = self.serve()
        api = Api(server)
        child = api.machine("child", task(function("double")))
        ended = self.play(
            server,
            task(
                "arn:aws:states:::states:startExecution.sync:2",
                Parameters={"StateMachineArn": child, "Input": {"n": 4}},
                OutputPath="$.Output",
            ),
            {},
        )
        self.assertEqual(ended["output"], "8")
        ended = self.play(
            server,
            task(
                "arn:aws:states:::aws-sdk:sfn:listExecutions",
                Parameters={"StateMachineArn": child},
                ResultSelector={"status.$": "$.Executions[0].Status"},
            ),
            {},
        )
        self.assertEqual(json.loads(ended["output"]), {"status": "SUCCEEDED"})


class RunCallsTest(ServicesCase):
    """`stepwheel run` makes the same calls, on its virtual clock."""

    def run_machine(self, definition, *options):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(definition, file)
            file.flush()
            with environment(AWS_ENDPOINT_URL_LAMBDA=self.functions.url):
                return stepwheel("run", file.name, *options)

    def test_run_waits_for_answers_and_leaps_over_waits(self):
        definition = {
            "StartAt": "W",
            "States": {
                "W": {"Type": "Wait", "Seconds": 86400, "Next": "T"},
                **task(function("double"))["States"],
            },
        }
        result = self.run_machine(definition, "--input", '{"n":3}')
        self.assertEqual(result.stdout, "6\n", result.stderr)
        self.assertNotIn("warning", result.stderr)

    def test_run_times_a_call_out(self):
        result = self.run_machine(task(function("hang"), TimeoutSeconds=1))
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("States.Timeout", result.stderr)
        self.assertNotIn(ACCOUNT, result.stdout)


if __name__ == "__main__":
    unittest.main()
