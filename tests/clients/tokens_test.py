"""Task tokens that are bad, foreign, forged, stale or used twice: each told
apart, in AWS's words (reference: timeouts-and-heartbeats.md 6)."""

import json
import unittest

from harness import Api, ClientTest, Server, activity_machine
from harness import setUpModule  # noqa: F401

INVALID = ("InvalidToken", "Invalid Token: 'Invalid token'")


class TokensTest(ClientTest):
    def take(self, **members):
        """A task of an activity of its own: its token."""
        name = self.name()
        self.activity = self.api.activity(name)
        self.machine = self.api.machine(name, activity_machine(name, **members))
        self.execution = self.api.start(self.machine)
        return self.api.poll(self.activity)["taskToken"]

    @property
    def timed_out(self):
        return ("TaskTimedOut", f"Task Timed Out: '{self.activity}'")

    def success(self, token, output="{}"):
        return self.server.refuse(
            "SendTaskSuccess", taskToken=token, output=output
        )

    def on_all_three(self, token):
        """What success, failure and heartbeat answer to the token."""
        return {
            self.success(token),
            self.server.refuse("SendTaskFailure", taskToken=token),
            self.server.refuse("SendTaskHeartbeat", taskToken=token),
        }

    def finish(self, token):
        self.server.ask("SendTaskSuccess", taskToken=token, output="{}")
        self.assertEqual(self.api.ended(self.execution)["status"], "SUCCEEDED")

    def test_what_is_no_token(self):
        for token in ("x", "nonsense!", "ÄÖÜ", "AAAA" * 97, "=" * 2048):
            self.assertEqual(self.on_all_three(token), {INVALID}, token)

    def test_a_forged_token_harms_nothing(self):
        token = self.take()
        for at in (0, 8, len(token) // 2, len(token) - 6):
            other = "B" if token[at] == "A" else "A"
            forged = token[:at] + other + token[at + 1 :]
            self.assertEqual(self.on_all_three(forged), {INVALID}, at)
        self.assertEqual(self.on_all_three(token + "AAAA"), {INVALID})
        self.assertEqual(self.on_all_three(token[:-8]), {INVALID})
        self.finish(token)

    def foreign(self, *options):
        """A good token of another server."""
        server = Server(*options)
        self.addCleanup(server.end)
        api = Api(server)
        arn = api.activity("work")
        definition = json.loads(activity_machine())
        definition["States"]["Work"]["Resource"] = arn
        api.start(api.machine("work", definition))
        return api.poll(arn)["taskToken"]

    def test_a_token_of_another_region_or_server(self):
        mine = self.take()
        for options in (("--region", "eu-west-1"), ()):
            foreign = self.foreign(*options)
            self.assertEqual(self.on_all_three(foreign), {INVALID}, options)
        self.finish(mine)

    def test_an_empty_a_missing_and_a_long_token(self):
        rule = (
            "1 validation error detected: Value {}at 'taskToken' failed to "
            "satisfy constraint: Member must {}"
        )
        self.assertEqual(
            self.success(""),
            (
                "ValidationException",
                rule.format(
                    "'' ", "have length greater than or equal to 1"
                ),
            ),
        )
        self.assertEqual(
            self.server.refuse("SendTaskHeartbeat"),
            ("ValidationException", rule.format("", "not be null")),
        )
        self.assertEqual(self.success("A" * 2049)[0], "ValidationException")

    def test_the_first_answer_wins(self):
        token = self.take()
        self.finish(token)
        self.assertEqual(self.on_all_three(token), {self.timed_out})

    def test_a_failed_task_is_closed_too(self):
        token = self.take()
        self.server.ask("SendTaskFailure", taskToken=token)
        self.assertEqual(self.api.ended(self.execution)["status"], "FAILED")
        self.assertEqual(self.on_all_three(token), {self.timed_out})

    def test_the_token_of_an_earlier_attempt_is_stale(self):
        stale = self.take(
            Retry=[{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]
        )
        self.server.ask("SendTaskFailure", taskToken=stale)
        fresh = self.api.poll(self.activity)["taskToken"]
        self.assertNotEqual(stale, fresh)
        self.assertEqual(self.on_all_three(stale), {self.timed_out})
        self.finish(fresh)

    def test_a_stopped_executions_token_is_dead(self):
        token = self.take()
        self.server.ask("StopExecution", executionArn=self.execution)
        self.assertEqual(self.on_all_three(token), {self.timed_out})

    def test_a_bad_output_does_not_use_up_the_token(self):
        token = self.take()
        bad = ("InvalidOutput", "Invalid Output: 'not-json' is not valid JSON.")
        self.assertEqual(self.success(token, "not-json"), bad)
        self.server.ask("SendTaskHeartbeat", taskToken=token)
        self.finish(token)
        # The output is looked at before the task's end is.
        self.assertEqual(self.success(token, "not-json"), bad)
        # And the token before the output.
        self.assertEqual(self.success("x", "not-json"), INVALID)

    def test_an_output_that_is_missing_or_too_long(self):
        token = self.take()
        code, message = self.server.refuse("SendTaskSuccess", taskToken=token)
        self.assertEqual(code, "ValidationException")
        self.assertIn("Value at 'output' failed to satisfy", message)
        code, message = self.success(token, json.dumps("x" * 262144))
        self.assertEqual(code, "ValidationException")
        self.assertNotIn("xxxx", message)
        self.finish(token)


if __name__ == "__main__":
    unittest.main()
