"""The AWS SDK for Python against the real binary: one test a story."""

import datetime
import json
import time
import unittest

from botocore.exceptions import ClientError

from harness import ACCOUNT, ROLE, ClientTest, activity_machine, wait_until
from harness import setUpModule  # noqa: F401

SECOND = datetime.timedelta(seconds=1)


class Boto3Test(ClientTest):
    OPTIONS = ("--poll-seconds", 1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.server.client()
        cls.addClassCleanup(cls.client.close)

    def begin(self, name=None, value=None, **members):
        """An activity, a machine and an execution; nobody polled yet."""
        name = name or self.name()
        self.client.create_activity(name=name)
        self.machine = self.client.create_state_machine(
            name=name,
            definition=activity_machine(name, **members),
            roleArn=ROLE,
        )["stateMachineArn"]
        self.execution = self.client.start_execution(
            stateMachineArn=self.machine,
            name="one",
            input=json.dumps(value or {}),
        )["executionArn"]
        self.activity = f"{ACCOUNT}:activity:{name}"

    def take(self):
        task = self.client.get_activity_task(
            activityArn=self.activity, workerName="tester"
        )
        self.assertIn("taskToken", task)
        return task

    def described(self):
        return self.client.describe_execution(executionArn=self.execution)

    def ended(self):
        return wait_until(
            lambda: self.described()["status"] != "RUNNING" and self.described()
        )

    def events(self, **options):
        pages = self.client.get_paginator("get_execution_history").paginate(
            executionArn=self.execution, **options
        )
        return [event for page in pages for event in page["events"]]

    def types(self):
        return [event["type"] for event in self.events()]

    def refused(self, code, operation, **parameters):
        with self.assertRaises(ClientError) as caught:
            getattr(self.client, operation)(**parameters)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def test_a_worker_polls_beats_and_succeeds(self):
        self.begin(value={"order": 17}, HeartbeatSeconds=20)
        task = self.take()
        self.assertEqual(json.loads(task["input"]), {"order": 17})
        self.client.send_task_heartbeat(taskToken=task["taskToken"])
        self.client.send_task_success(
            taskToken=task["taskToken"], output='{"shipped": true}'
        )
        end = self.ended()
        self.assertEqual(end["status"], "SUCCEEDED")
        self.assertEqual(json.loads(end["output"]), {"shipped": True})
        self.assertEqual(
            self.types(),
            ["ExecutionStarted", "TaskStateEntered", "ActivityScheduled"]
            + ["ActivityStarted", "ActivitySucceeded", "TaskStateExited"]
            + ["ExecutionSucceeded"],
        )

    def test_a_worker_fails_its_task(self):
        self.begin()
        self.client.send_task_failure(
            taskToken=self.take()["taskToken"], error="Refused", cause="why"
        )
        end = self.ended()
        self.assertEqual(end["status"], "FAILED")
        self.assertEqual((end["error"], end["cause"]), ("Refused", "why"))
        failed = self.events()[-2]["activityFailedEventDetails"]
        self.assertEqual(failed, {"error": "Refused", "cause": "why"})

    def test_a_task_times_out_although_its_worker_beats(self):
        self.begin(TimeoutSeconds=3, HeartbeatSeconds=2)
        token = self.take()["taskToken"]
        for _ in range(3):
            time.sleep(0.8)
            self.client.send_task_heartbeat(taskToken=token)
        end = self.ended()
        self.assertEqual(end["status"], "FAILED")
        self.assertEqual(end["error"], "States.Timeout")
        self.assertNotIn("cause", end)
        events = {event["type"]: event for event in self.events()}
        self.assertEqual(
            events["ActivityTimedOut"]["timestamp"]
            - events["ActivityStarted"]["timestamp"],
            3 * SECOND,
        )

    def test_a_missed_heartbeat_is_retried_with_a_new_token(self):
        self.begin(
            HeartbeatSeconds=1,
            Retry=[
                {"ErrorEquals": ["States.HeartbeatTimeout"],
                 "IntervalSeconds": 1, "MaxAttempts": 1}
            ],
        )
        old = self.take()["taskToken"]
        new = wait_until(
            lambda: self.client.get_activity_task(
                activityArn=self.activity
            ).get("taskToken")
        )
        self.assertNotEqual(old, new)
        self.refused("TaskTimedOut", "send_task_heartbeat", taskToken=old)
        self.client.send_task_success(taskToken=new, output="{}")
        self.assertEqual(self.ended()["status"], "SUCCEEDED")
        events = self.events()
        started = [e for e in events if e["type"] == "ActivityStarted"]
        lost = [e for e in events if e["type"] == "ActivityTimedOut"]
        self.assertEqual((len(started), len(lost)), (2, 1))
        self.assertEqual(
            lost[0]["timestamp"] - started[0]["timestamp"], SECOND
        )

    def test_the_machine_times_out(self):
        name = self.name()
        definition = json.loads(activity_machine(name))
        definition["TimeoutSeconds"] = 1
        self.client.create_activity(name=name)
        machine = self.client.create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        self.execution = self.client.start_execution(stateMachineArn=machine)[
            "executionArn"
        ]
        end = self.ended()
        self.assertEqual(end["status"], "TIMED_OUT")
        self.assertNotIn("error", end)
        self.assertEqual(end["stopDate"] - end["startDate"], SECOND)

    def test_an_execution_is_stopped(self):
        self.begin()
        token = self.take()["taskToken"]
        first = self.client.stop_execution(
            executionArn=self.execution, error="Mine", cause="enough"
        )
        end = self.described()
        self.assertEqual(end["status"], "ABORTED")
        self.assertEqual((end["error"], end["cause"]), ("Mine", "enough"))
        again = self.client.stop_execution(executionArn=self.execution)
        self.assertEqual(first["stopDate"], again["stopDate"])
        self.refused(
            "TaskTimedOut", "send_task_success", taskToken=token, output="{}"
        )
        self.assertEqual(self.types()[-1], "ExecutionAborted")

    def test_a_history_is_paged_reversed_and_stripped(self):
        self.begin(value={"secret": 1})
        self.client.send_task_success(
            taskToken=self.take()["taskToken"], output='{"secret": 2}'
        )
        self.ended()
        whole = self.events()
        self.assertEqual([e["id"] for e in whole], list(range(1, 8)))
        paged = self.events(PaginationConfig={"PageSize": 2})
        self.assertEqual(paged, whole)
        backwards = self.events(
            reverseOrder=True, PaginationConfig={"PageSize": 3}
        )
        self.assertEqual(backwards, whole[::-1])
        stripped = self.events(includeExecutionData=False)
        self.assertEqual([e["id"] for e in stripped], list(range(1, 8)))
        self.assertIn("secret", str(whole))
        self.assertNotIn("secret", str(stripped))

    def test_a_next_token_that_was_made_up_is_refused(self):
        self.begin()
        self.refused(
            "InvalidToken",
            "get_execution_history",
            executionArn=self.execution,
            nextToken="made-up",
        )

    def test_things_are_listed_described_and_deleted(self):
        self.begin()
        name = self.name()
        machines = self.client.list_state_machines()["stateMachines"]
        self.assertIn(name, [m["name"] for m in machines])
        activities = self.client.list_activities()["activities"]
        self.assertIn(name, [a["name"] for a in activities])
        machine = self.client.describe_state_machine(
            stateMachineArn=self.machine
        )
        self.assertEqual(machine["definition"], activity_machine(name))
        self.assertEqual(machine["status"], "ACTIVE")
        running = self.client.list_executions(
            stateMachineArn=self.machine, statusFilter="RUNNING"
        )["executions"]
        self.assertEqual([e["name"] for e in running], ["one"])
        self.client.stop_execution(executionArn=self.execution)
        self.client.delete_activity(activityArn=self.activity)
        self.refused(
            "ActivityDoesNotExist",
            "describe_activity",
            activityArn=self.activity,
        )
        self.client.delete_state_machine(stateMachineArn=self.machine)
        wait_until(
            lambda: name
            not in [
                m["name"]
                for m in self.client.list_state_machines()["stateMachines"]
            ]
        )

    def test_a_poll_without_work_ends_empty(self):
        arn = self.client.create_activity(name=self.name())["activityArn"]
        begin = time.monotonic()
        answer = self.client.get_activity_task(activityArn=arn)
        self.assertGreater(time.monotonic() - begin, 0.9)
        self.assertNotIn("taskToken", answer)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 200)

    def test_a_start_with_the_same_name_is_idempotent_or_refused(self):
        self.begin(value={"a": 1})
        again = self.client.start_execution(
            stateMachineArn=self.machine, name="one", input='{"a": 1}'
        )
        self.assertEqual(again["executionArn"], self.execution)
        self.refused(
            "ExecutionAlreadyExists",
            "start_execution",
            stateMachineArn=self.machine,
            name="one",
            input='{"a": 2}',
        )

    def test_the_sdk_maps_errors_to_its_exceptions(self):
        with self.assertRaises(self.client.exceptions.ExecutionDoesNotExist):
            self.client.describe_execution(
                executionArn=f"{ACCOUNT}:execution:no:such"
            )
        with self.assertRaises(self.client.exceptions.InvalidArn):
            self.client.describe_execution(executionArn="nonsense")


if __name__ == "__main__":
    unittest.main()
