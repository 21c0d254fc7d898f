"""kill -9 and a new server on the same database: timers go on, tokens are
good, queued tasks are still queued, and what was answered is there."""

import json
import threading
import time
import unittest

from harness import ACCOUNT, Api, FolderTest, activity_machine
from harness import setUpModule, stepwheel, wait_until  # noqa: F401


def seconds_between(events, first, second):
    times = {event["type"]: event["timestamp"] for event in events}
    return round(times[second] - times[first], 3)


class RecoveryTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.api = Api(self.server)

    def crash(self, away=0.0):
        """kill -9, and a new server with the same database and port."""
        self.server.kill()
        time.sleep(away)
        self.server = self.serve(port=self.server.port)
        self.api = Api(self.server)

    def check(self):
        """Every execution folded again equals its public record."""
        self.server.stop()
        result = stepwheel("replay", "--db", self.db, "--check")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def begin(self, **members):
        self.activity = self.api.activity()
        machine = self.api.machine("m", activity_machine(**members))
        return self.api.start(machine, "one", {"order": 17})

    def test_a_queued_task_is_still_queued(self):
        execution = self.begin()
        self.crash()
        task = self.api.poll(self.activity)
        self.assertEqual(json.loads(task["input"]), {"order": 17})
        self.server.ask(
            "SendTaskSuccess", taskToken=task["taskToken"], output="1"
        )
        self.assertEqual(self.api.ended(execution)["status"], "SUCCEEDED")
        self.check()

    def test_a_token_is_still_good_and_a_dead_one_still_dead(self):
        execution = self.begin(
            Retry=[{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]
        )
        dead = self.api.poll(self.activity)["taskToken"]
        self.server.ask("SendTaskFailure", taskToken=dead)
        good = self.api.poll(self.activity)["taskToken"]
        self.crash()
        self.assertEqual(
            self.server.refuse("SendTaskSuccess", taskToken=dead, output="1"),
            (
                "TaskTimedOut",
                f"Task Timed Out: '{ACCOUNT}:activity:work'",
            ),
        )
        self.assertEqual(
            self.server.refuse("SendTaskHeartbeat", taskToken="forged")[0],
            "InvalidToken",
        )
        self.server.ask("SendTaskHeartbeat", taskToken=good)
        self.server.ask("SendTaskSuccess", taskToken=good, output="1")
        self.assertEqual(self.api.ended(execution)["output"], "1")
        self.check()

    def test_a_wait_ends_on_time(self):
        machine = self.api.machine("w", {"StartAt": "W", "States": {
            "W": {"Type": "Wait", "Seconds": 2, "End": True}}})
        execution = self.api.start(machine)
        self.crash()
        self.assertEqual(self.api.status(execution), "RUNNING")
        self.api.ended(execution)
        took = seconds_between(
            self.api.history(execution), "WaitStateEntered", "WaitStateExited"
        )
        self.assertGreaterEqual(took, 2)
        self.assertLess(took, 4)
        self.check()

    def test_a_wait_that_ended_meanwhile_ends_at_once(self):
        machine = self.api.machine("w", {"StartAt": "W", "States": {
            "W": {"Type": "Wait", "Seconds": 1, "End": True}}})
        execution = self.api.start(machine)
        self.crash(away=1.2)
        self.assertEqual(
            self.api.ended(execution, 5)["status"], "SUCCEEDED"
        )

    def test_a_total_time_out_does_not_move(self):
        execution = self.begin(TimeoutSeconds=2)
        self.api.poll(self.activity)
        self.crash(away=0.3)
        self.assertEqual(self.api.ended(execution)["error"], "States.Timeout")
        took = seconds_between(
            self.api.history(execution), "ActivityStarted", "ActivityTimedOut"
        )
        self.assertEqual(took, 2)
        self.check()

    def test_a_heartbeat_gets_its_whole_time_after_the_crash(self):
        execution = self.begin(HeartbeatSeconds=2)
        token = self.api.poll(self.activity)["taskToken"]
        self.crash(away=2.1)  # Longer than the worker may be silent.
        self.server.ask("SendTaskHeartbeat", taskToken=token)
        self.server.ask("SendTaskSuccess", taskToken=token, output="1")
        self.assertEqual(self.api.ended(execution)["status"], "SUCCEEDED")
        self.check()

    def test_everything_answered_before_the_crash_is_there(self):
        # Several clients start executions until the server dies under them.
        machine = self.api.machine("p", {"StartAt": "P", "States": {
            "P": {"Type": "Pass", "End": True}}})
        answered = []
        server = self.server

        def start_many(client):
            for number in range(10000):
                try:
                    answered.append(
                        Api(server).start(machine, f"{client}-{number}")
                    )
                except (OSError, AssertionError, ValueError):
                    return
                except Exception:  # The HTTP client's, at a cut answer.
                    return

        clients = [
            threading.Thread(target=start_many, args=(n,), daemon=True)
            for n in range(4)
        ]
        for client in clients:
            client.start()
        wait_until(lambda: len(answered) > 40)
        self.crash()
        for client in clients:
            client.join(20)
        listed, more = set(), {}
        while True:
            page = self.server.ask(
                "ListExecutions", stateMachineArn=machine, **more
            )
            listed |= {item["executionArn"] for item in page["executions"]}
            if "nextToken" not in page:
                break
            more = {"nextToken": page["nextToken"]}
        self.assertLessEqual(set(answered), listed)
        for arn in answered[-4:]:
            self.assertEqual(self.api.ended(arn)["status"], "SUCCEEDED")
        self.check()

    def test_five_crashes_in_a_row_change_no_event(self):
        execution = self.begin(HeartbeatSeconds=20)
        token = self.api.poll(self.activity)["taskToken"]
        before = self.api.history(execution)
        for _ in range(5):
            self.crash()
        self.assertEqual(self.api.history(execution), before)
        self.server.ask("SendTaskSuccess", taskToken=token, output="1")
        self.api.ended(execution)
        self.assertEqual(self.api.history(execution)[: len(before)], before)
        self.assertIn("recovered=1", self.server.logged())
        self.check()


if __name__ == "__main__":
    unittest.main()
