"""Mock files at the server: a test case behind the ARN, as AWS Step Functions
Local takes it (engine/mocks/README.md)."""

import json
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from harness import ROLE, Api, Server, wait_until
from harness import setUpModule  # noqa: F401

DEFINITION = {
    "StartAt": "Lambda",
    "States": {
        "Lambda": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "f"},
            "Retry": [
                {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}
            ],
            "Next": "Queue",
        },
        "Queue": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "q", "MessageBody": "m"},
            "End": True,
        },
    },
}


def mocks(**responses):
    """A file whose case Case answers for both states."""
    return {
        "StateMachines": {
            "Orders": {"TestCases": {"Case": {"Lambda": "L", "Queue": "Q"}}}
        },
        "MockedResponses": {
            "L": {"0": {"Return": {"StatusCode": 200, "Payload": 1}}},
            "Q": {"0": {"Return": {"MessageId": "m-1"}}},
            **responses,
        },
    }


class MocksTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "mocks.json"

    def serve(self, *options):
        self.server = Server(*options)
        self.addCleanup(self.server.end)
        self.api = Api(self.server)
        self.arn = self.api.machine("Orders", DEFINITION)

    def write(self, value):
        text = value if isinstance(value, str) else json.dumps(value, indent=1)
        self.file.write_text(text)

    def output(self):
        execution = self.api.start(self.arn + "#Case")
        return json.loads(self.api.ended(execution)["output"])

    def refused(self):
        return self.server.refuse(
            "StartExecution", stateMachineArn=self.arn + "#Case"
        )

    def test_boto3_plays_a_test_case(self):
        self.write(mocks())
        self.serve("--mocks", self.file)
        client = self.server.client()
        self.addCleanup(client.close)
        arn = client.create_state_machine(
            name="Orders", definition=json.dumps(DEFINITION), roleArn=ROLE
        )["stateMachineArn"]
        execution = client.start_execution(stateMachineArn=arn + "#Case")[
            "executionArn"
        ]
        done = wait_until(
            lambda: (d := client.describe_execution(executionArn=execution))
            and d["status"] != "RUNNING"
            and d
        )
        self.assertEqual(json.loads(done["output"]), {"MessageId": "m-1"})
        self.assertEqual(done["stateMachineArn"], arn)
        events = client.get_execution_history(executionArn=execution)["events"]
        types = [event["type"] for event in events]
        self.assertEqual(
            types[2:5], ["TaskScheduled", "TaskStarted", "TaskSucceeded"]
        )
        log = wait_until(lambda: "mocked: " in self.server.logged() and
                         self.server.logged())
        self.assertIn("has 1 test case of 1 state machine", log)
        self.assertIn("which answers for Lambda, Queue", log)

    def test_the_file_is_read_again_when_it_has_changed(self):
        self.serve("--mocks", self.file)
        code, message = self.refused()
        self.assertEqual(code, "ValidationException")
        self.assertIn("No such file", message)
        self.write(mocks())
        self.assertEqual(self.output(), {"MessageId": "m-1"})
        self.write(mocks(Q={"0": {"Return": "changed"}}))
        self.assertEqual(self.output(), "changed")
        self.write('{"StateMachines": {},\n "Mocked": 5}')
        code, message = self.refused()
        self.assertIn("line 2, column 12: /Mocked: expected one of", message)
        self.assertIn(f"{self.file}:2:12: error: ", self.server.logged())

    def test_both_names_of_the_environment_variable(self):
        self.write(mocks())
        first, second = "SFN_MOCK_CONFIG", "LOCALSTACK_SFN_MOCK_CONFIG"
        for environment, options in (
            ({first: self.file}, ()),
            ({second: self.file}, ()),
            ({first: self.file, second: "none"}, ()),
            ({first: "none", second: "none"}, ("--mocks", self.file)),
        ):
            with self.subTest(environment):
                texts = {k: str(v) for k, v in environment.items()}
                with mock.patch.dict(os.environ, texts):
                    self.serve(*options)
                self.assertEqual(self.output(), {"MessageId": "m-1"})

    def test_a_retry_gets_the_next_response(self):
        thrown = {"Throw": {"Error": "Busy", "Cause": "later"}}
        self.write(mocks(L={"0": thrown, "1": {"Return": 1}}))
        self.serve("--mocks", self.file)
        execution = self.api.start(self.arn + "#Case")
        self.assertEqual(self.api.ended(execution)["status"], "SUCCEEDED")

    def test_a_misspelt_case_starts_nothing(self):
        self.write(mocks())
        self.serve("--mocks", self.file)
        code, message = self.server.refuse(
            "StartExecution", stateMachineArn=self.arn + "#Kase"
        )
        self.assertEqual(code, "ValidationException")
        self.assertIn("no test case 'Kase'", message)
        listed = self.server.ask("ListExecutions", stateMachineArn=self.arn)
        self.assertEqual(listed["executions"], [])


if __name__ == "__main__":
    unittest.main()
