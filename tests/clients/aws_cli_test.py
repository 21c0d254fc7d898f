"""Debian's AWS CLI against the real binary. Its start costs most of a second,
so each test asks for little, and one story runs from create to history."""

import concurrent.futures
import json
import os
import subprocess
import tempfile
import unittest

from harness import ACCOUNT, PATIENCE, ROLE, ClientTest, activity_machine
from harness import code_of, setUpModule  # noqa: F401

AWS = "/usr/bin/aws"
MACHINE = f"{ACCOUNT}:stateMachine:cli"
EXECUTION = f"{ACCOUNT}:execution:cli"
ACTIVITY = f"{ACCOUNT}:activity:cli"


@unittest.skipUnless(os.access(AWS, os.X_OK), f"{AWS} is not installed")
class AwsCliTest(ClientTest):
    OPTIONS = ("--poll-seconds", 5)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(activity_machine("cli", HeartbeatSeconds=PATIENCE))
            file.flush()
            cls.created = cls.together(
                ("create-activity", "--name", "cli"),
                ("create-state-machine", "--name", "cli", "--role-arn", ROLE)
                + ("--definition", f"file://{file.name}"),
            )

    @classmethod
    def aws(cls, *arguments):
        return subprocess.run(
            [AWS, "stepfunctions", *arguments, "--output", "json"]
            + ["--endpoint-url", cls.server.url],
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
        )

    @classmethod
    def good(cls, *arguments):
        result = cls.aws(*arguments)
        if result.returncode != 0:
            raise AssertionError(f"{arguments[0]}: {result.stderr}")
        return json.loads(result.stdout) if result.stdout.strip() else {}

    @classmethod
    def together(cls, *commands):
        """Independent commands at the same time; their answers in order."""
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda words: cls.good(*words), commands))

    def begin(self, *names):
        starts = [
            ("start-execution", "--state-machine-arn", MACHINE)
            + ("--name", name, "--input", json.dumps({"name": name}))
            for name in names
        ]
        self.together(*starts)

    def test_from_create_to_history(self):
        self.assertEqual(self.created[0]["activityArn"], ACTIVITY)
        self.assertEqual(self.created[1]["stateMachineArn"], MACHINE)
        self.begin("good", "bad")
        polls = self.together(
            ("get-activity-task", "--activity-arn", ACTIVITY),
            ("get-activity-task", "--activity-arn", ACTIVITY),
        )
        tokens = {
            json.loads(task["input"])["name"]: task["taskToken"]
            for task in polls
        }
        self.assertEqual(set(tokens), {"good", "bad"})
        self.good("send-task-heartbeat", "--task-token", tokens["good"])
        self.together(
            ("send-task-success", "--task-token", tokens["good"])
            + ("--task-output", '{"done": 1}'),
            ("send-task-failure", "--task-token", tokens["bad"])
            + ("--error", "Bad", "--cause", "luck"),
        )
        history = ("get-execution-history", "--execution-arn")
        good, bad, whole, part, back = self.together(
            ("describe-execution", "--execution-arn", f"{EXECUTION}:good"),
            ("describe-execution", "--execution-arn", f"{EXECUTION}:bad"),
            (*history, f"{EXECUTION}:good", "--page-size", "2"),
            (*history, f"{EXECUTION}:good", "--max-items", "3"),
            (*history, f"{EXECUTION}:good", "--reverse-order")
            + ("--no-include-execution-data",),
        )
        self.assertEqual(good["status"], "SUCCEEDED")
        self.assertEqual(json.loads(good["output"]), {"done": 1})
        self.assertEqual((bad["status"], bad["error"]), ("FAILED", "Bad"))
        ids = [event["id"] for event in whole["events"]]
        self.assertEqual(ids, list(range(1, 8)))
        self.assertEqual(len(part["events"]), 3)
        self.assertIn("NextToken", part)
        self.assertEqual([e["id"] for e in back["events"]], ids[::-1])
        self.assertNotIn("done", str(back))

    def test_stop_and_what_is_refused(self):
        self.begin("stopped")
        arn = f"{EXECUTION}:stopped"
        self.good("stop-execution", "--execution-arn", arn, "--error", "E")
        end = self.server.ask("DescribeExecution", executionArn=arn)
        self.assertEqual((end["status"], end["error"]), ("ABORTED", "E"))
        result = self.aws("describe-execution", "--execution-arn", arn + "x")
        self.assertEqual(result.returncode, 254)
        self.assertIn("(ExecutionDoesNotExist)", result.stderr)
        self.assertIn(f"Execution Does Not Exist: '{arn}x'", result.stderr)

    def test_an_operation_that_is_not_built_yet_is_named(self):
        status, answer = self.server.call("ListMapRuns", executionArn="x")
        self.assertEqual((status, code_of(answer)[:11]), (400, "Unsupported"))
        result = self.aws("list-map-runs", "--execution-arn", EXECUTION + ":a")
        self.assertEqual(result.returncode, 254)
        self.assertIn("not supported by Stepwheel yet", result.stderr)
        self.assertIn("ListMapRuns", result.stderr)


if __name__ == "__main__":
    unittest.main()
