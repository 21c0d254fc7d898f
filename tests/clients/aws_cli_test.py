"""Debian's AWS CLI against the real binary.

The start of /usr/bin/aws costs most of a second of processor time, so only one
test starts it; the others share a process that calls what it calls.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

from harness import ACCOUNT, PATIENCE, ROLE, ClientTest, activity_machine
from harness import setUpModule  # noqa: F401

AWS = "/usr/bin/aws"
HERE = pathlib.Path(__file__).resolve().parent
MACHINE = f"{ACCOUNT}:stateMachine:cli"
EXECUTION = f"{ACCOUNT}:execution:cli"
ACTIVITY = f"{ACCOUNT}:activity:cli"


@unittest.skipUnless(os.access(AWS, os.X_OK), f"{AWS} is not installed")
class AwsCliTest(ClientTest):
    OPTIONS = ("--poll-seconds", 5)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = subprocess.Popen(
            [sys.executable, HERE / "aws_cli.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        cls.addClassCleanup(cls.end_process)
        cls.good("create-activity", "--name", "cli")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(activity_machine("cli", HeartbeatSeconds=PATIENCE))
            file.flush()
            cls.created = cls.good(
                *("create-state-machine", "--name", "cli"),
                *("--definition", f"file://{file.name}", "--role-arn", ROLE),
            )

    @classmethod
    def words(cls, arguments):
        return ["stepfunctions", *arguments, "--output", "json"] + [
            "--endpoint-url",
            cls.server.url,
        ]

    @classmethod
    def aws(cls, *arguments):
        """(exit code, standard output, standard error)"""
        guard = threading.Timer(PATIENCE, cls.process.kill)
        guard.start()
        cls.process.stdin.write(json.dumps(cls.words(arguments)) + "\n")
        cls.process.stdin.flush()
        answer = cls.process.stdout.readline()
        guard.cancel()
        return json.loads(answer)

    @classmethod
    def end_process(cls):
        cls.process.stdin.close()
        cls.process.stdout.close()
        cls.process.kill()
        cls.process.wait(PATIENCE)

    @classmethod
    def good(cls, *arguments):
        code, out, err = cls.aws(*arguments)
        if code != 0:
            raise AssertionError(f"{arguments[0]}: {code} {err}")
        return json.loads(out) if out.strip() else {}

    def begin(self, name):
        """Starts an execution and takes its task: the token."""
        started = self.good(
            *("start-execution", "--state-machine-arn", MACHINE),
            *("--name", name, "--input", json.dumps({"name": name})),
        )
        self.assertEqual(started["executionArn"], f"{EXECUTION}:{name}")
        task = self.good("get-activity-task", "--activity-arn", ACTIVITY)
        self.assertEqual(json.loads(task["input"]), {"name": name})
        return task["taskToken"]

    def described(self, name):
        return self.good(
            "describe-execution", "--execution-arn", f"{EXECUTION}:{name}"
        )

    def history(self, name, *options):
        return self.good(
            "get-execution-history",
            *("--execution-arn", f"{EXECUTION}:{name}", *options),
        )

    def test_a_task_beats_and_succeeds_and_its_history_is_paged(self):
        self.assertEqual(self.created["stateMachineArn"], MACHINE)
        token = self.begin("good")
        self.good("send-task-heartbeat", "--task-token", token)
        self.good(
            *("send-task-success", "--task-token", token),
            *("--task-output", '{"done": 1}'),
        )
        end = self.described("good")
        self.assertEqual(end["status"], "SUCCEEDED")
        self.assertEqual(json.loads(end["output"]), {"done": 1})
        ids = [e["id"] for e in self.history("good", "--page-size=2")["events"]]
        self.assertEqual(ids, list(range(1, 8)))
        part = self.history("good", "--max-items=3")
        self.assertEqual(len(part["events"]), 3)
        self.assertIn("NextToken", part)
        back = self.history(
            "good", "--reverse-order", "--no-include-execution-data"
        )
        self.assertEqual([e["id"] for e in back["events"]], ids[::-1])
        self.assertNotIn("done", str(back))

    def test_a_task_fails(self):
        self.good(
            *("send-task-failure", "--task-token", self.begin("bad")),
            *("--error", "Bad", "--cause", "luck"),
        )
        end = self.described("bad")
        self.assertEqual((end["status"], end["error"]), ("FAILED", "Bad"))

    def test_an_execution_is_stopped(self):
        self.begin("stopped")
        self.good(
            *("stop-execution", "--execution-arn", f"{EXECUTION}:stopped"),
            *("--error", "Enough"),
        )
        end = self.described("stopped")
        self.assertEqual((end["status"], end["error"]), ("ABORTED", "Enough"))

    def test_a_task_times_out(self):
        self.api.activity("slow")
        machine = self.api.machine(
            "slow", activity_machine("slow", TimeoutSeconds=1)
        )
        execution = self.api.start(machine)
        token = self.good(
            "get-activity-task", "--activity-arn", f"{ACCOUNT}:activity:slow"
        )["taskToken"]
        self.api.ended(execution)
        code, _, err = self.aws("send-task-heartbeat", "--task-token", token)
        self.assertEqual(code, 254)
        self.assertIn("(TaskTimedOut)", err)

    def test_errors_are_shown_with_their_names(self):
        arn = f"{EXECUTION}:nobody"
        code, _, err = self.aws("describe-execution", "--execution-arn", arn)
        self.assertEqual(code, 254)
        self.assertIn("(ExecutionDoesNotExist)", err)
        self.assertIn(f"Execution Does Not Exist: '{arn}'", err)

    def test_an_operation_that_is_not_built_yet_is_named(self):
        code, _, err = self.aws("list-map-runs", "--execution-arn", EXECUTION)
        if "UnsupportedOperation" not in err:
            self.skipTest("ListMapRuns is built by now")
        self.assertEqual(code, 254)
        self.assertIn("not supported by Stepwheel yet: ListMapRuns", err)

    def test_the_program_itself_lists_what_is_there(self):
        result = subprocess.run(
            [AWS, *self.words(["list-state-machines"])],
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        listed = json.loads(result.stdout)["stateMachines"]
        self.assertIn(MACHINE, [item["stateMachineArn"] for item in listed])


if __name__ == "__main__":
    unittest.main()
