"""The server stands still (as under a debugger, on a full disk, in a paused
virtual machine) while deadlines pass: what workers sent in time counts."""

import contextlib
import http.client
import json
import signal
import time
import unittest

from harness import PATIENCE, Api, FolderTest, activity_machine, code_of
from harness import setUpModule  # noqa: F401

HEARTBEAT_SECONDS = 4
# More than a turn of the loop reads as a rule, and all are new connections.
WORKERS = 600


class StallTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.api = Api(self.server)

    def begin(self, count):
        """[(execution, token)], all handed out, and when the last was."""
        activity = self.api.activity()
        machine = self.api.machine(
            "m", activity_machine(HeartbeatSeconds=HEARTBEAT_SECONDS)
        )
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.port, timeout=PATIENCE
        )
        with contextlib.closing(connection):

            def ask(operation, **parameters):
                self.request(connection, operation, **parameters)
                return json.loads(connection.getresponse().read())

            started = [
                ask("StartExecution", stateMachineArn=machine)["executionArn"]
                for _ in range(count)
            ]
            tasks = [
                ask("GetActivityTask", activityArn=activity)
                for _ in range(count)
            ]
        # Tasks come in the order in which they were scheduled.
        tokens = [task["taskToken"] for task in tasks]
        return list(zip(started, tokens)), time.monotonic()

    @staticmethod
    def request(connection, operation, **parameters):
        connection.request(
            "POST",
            "/",
            json.dumps(parameters),
            {
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": f"AWSStepFunctions.{operation}",
            },
        )

    def send(self, operation, **parameters):
        """Sends without waiting for the answer."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.port, timeout=PATIENCE
        )
        self.addCleanup(connection.close)
        self.request(connection, operation, **parameters)
        return connection

    @contextlib.contextmanager
    def standing_still(self):
        self.server.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.server.process.send_signal(signal.SIGCONT)

    @staticmethod
    def answer(connection):
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def test_what_was_sent_in_time_counts(self):
        workers, last = self.begin(WORKERS + 3)
        with self.standing_still():
            (silent, _), (slow, late_token), (done, token) = workers[-3:]
            beats = [
                self.send("SendTaskHeartbeat", taskToken=beaten)
                for _, beaten in workers[:WORKERS]
            ]
            success = self.send("SendTaskSuccess", taskToken=token, output="7")
            self.assertLess(time.monotonic() - last, HEARTBEAT_SECONDS / 2)
            time.sleep(last + HEARTBEAT_SECONDS + 0.2 - time.monotonic())
            late = self.send("SendTaskHeartbeat", taskToken=late_token)
            time.sleep(0.1)
        for beat in beats:
            self.assertEqual(self.answer(beat), (200, {}))
        self.assertEqual(self.answer(success), (200, {}))
        status, answer = self.answer(late)
        self.assertEqual((status, code_of(answer)), (400, "TaskTimedOut"))
        for execution, _ in workers[:WORKERS:50]:
            self.assertEqual(self.api.status(execution), "RUNNING")
        self.assertEqual(self.api.status(done), "SUCCEEDED")
        for execution in (silent, slow):
            self.assertEqual(self.api.ended(execution)["status"], "FAILED")


if __name__ == "__main__":
    unittest.main()
