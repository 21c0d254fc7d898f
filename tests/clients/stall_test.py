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

# As short as the machine allows: all is handed out and beaten for in time.
HEARTBEAT_SECONDS = (4, 8, 16, 32)
# More than a turn of the loop reads as a rule, and all are new connections.
WORKERS = 600


class StallTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.api = Api(self.server)

    def begin(self, count, heartbeat):
        """[(execution, token)], all handed out, and when the first and the last
        of them were, at the earliest and at the latest."""
        name = f"beats{heartbeat}"
        activity = self.api.activity(name)
        machine = self.api.machine(
            name, activity_machine(name, HeartbeatSeconds=heartbeat)
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
            first = time.monotonic()
            tasks = [
                ask("GetActivityTask", activityArn=activity)
                for _ in range(count)
            ]
        # Tasks come in the order in which they were scheduled.
        tokens = [task["taskToken"] for task in tasks]
        return list(zip(started, tokens)), first, time.monotonic()

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
        for heartbeat in HEARTBEAT_SECONDS:
            if self.play(heartbeat):
                return
        self.fail("this machine is too slow for any of the heartbeats")

    def play(self, heartbeat):
        """False: it all took too long to mean anything."""
        workers, first, last = self.begin(WORKERS + 3, heartbeat)
        with self.standing_still():
            (silent, _), (slow, late_token), (done, token) = workers[-3:]
            beats = [
                self.send("SendTaskHeartbeat", taskToken=beaten)
                for _, beaten in workers[:WORKERS]
            ]
            success = self.send("SendTaskSuccess", taskToken=token, output="7")
            # A tenth of a second is more than the server's clock is coarse.
            if time.monotonic() > first + heartbeat - 0.1:
                return False
            time.sleep(last + heartbeat + 0.2 - time.monotonic())
            late = self.send("SendTaskHeartbeat", taskToken=late_token)
            time.sleep(0.1)
            resumed = time.monotonic()
        for beat in beats:
            self.assertEqual(self.answer(beat), (200, {}))
        self.assertEqual(self.answer(success), (200, {}))
        status, answer = self.answer(late)
        self.assertEqual((status, code_of(answer)), (400, "TaskTimedOut"))
        running = [self.api.status(e) for e, _ in workers[:WORKERS:50]]
        if time.monotonic() > resumed + heartbeat - 0.1:
            return False  # The next heartbeat may be due by now.
        self.assertEqual(set(running), {"RUNNING"})
        self.assertEqual(self.api.status(done), "SUCCEEDED")
        for execution in (silent, slow):
            self.assertEqual(self.api.ended(execution)["status"], "FAILED")
        return True


if __name__ == "__main__":
    unittest.main()
