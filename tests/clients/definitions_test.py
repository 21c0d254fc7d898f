"""Definitions that are wrong: refused in AWS's words, and nothing is made."""

import json
import time
import unittest

from harness import ROLE, ClientTest, setUpModule  # noqa: F401

PREFIX = "Invalid State Machine Definition: '"
MOST = 1 << 20


def definition_of(size):
    """A valid definition of exactly so many bytes."""
    text = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}},"Comment":"%s"}'
    return text % ("x" * (size - len(text) + 2))


class DefinitionsTest(ClientTest):
    def refusal(self, definition):
        code, message = self.server.refuse(
            "CreateStateMachine",
            name=self.name(),
            definition=definition,
            roleArn=ROLE,
        )
        machines = self.server.ask("ListStateMachines")["stateMachines"]
        self.assertNotIn(self.name(), [item["name"] for item in machines])
        return code, message

    def assert_invalid(self, definition, *texts):
        if not isinstance(definition, str):
            definition = json.dumps(definition)
        code, message = self.refusal(definition)
        self.assertEqual(code, "InvalidDefinition")
        self.assertTrue(message.startswith(PREFIX), message[:200])
        for text in texts:
            self.assertIn(text, message)

    def test_what_is_not_json(self):
        self.assert_invalid("not json", "INVALID_JSON_DESCRIPTION: ", "'not'")
        self.assert_invalid('{"StartAt": ', "INVALID_JSON_DESCRIPTION: ")

    def test_what_is_json_but_no_object(self):
        for text in ("[1]", '"text"', "17", "null"):
            self.assert_invalid(text, "Definition must be a valid JSON object")

    def test_ten_thousand_levels(self):
        begin = time.monotonic()
        for text in (
            "[" * 10000 + "]" * 10000,
            '{"a":' * 10000 + "1" + "}" * 10000,
            "[" * 500000,
        ):
            self.assert_invalid(text, "INVALID_JSON_DESCRIPTION: ")
        self.assertLess(time.monotonic() - begin, 5)

    def test_one_mebibyte_and_one_byte_more(self):
        self.assertEqual(
            self.refusal(definition_of(MOST + 1)),
            (
                "ValidationException",
                "1 validation error detected: Value at 'definition' failed to "
                "satisfy constraint: Member must have length less than or "
                f"equal to {MOST}",
            ),
        )
        self.api.machine("largest", definition_of(MOST))

    def test_an_empty_one(self):
        code, message = self.refusal("")
        self.assertEqual(code, "ValidationException")
        self.assertIn("length greater than or equal to 1", message)

    def test_unknown_fields_are_all_named(self):
        self.assert_invalid(
            {"StartAt": "A", "Sausage": 1, "States": {
                "A": {"Type": "Succeed", "Mustard": 1}}},
            "Field 'Sausage' is not supported at /",
            "Field 'Mustard' is not supported at /States/A",
        )

    def test_dangling_targets(self):
        self.assert_invalid(
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}},
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: B "
            "at /States/A/Next",
        )
        self.assert_invalid(
            {"StartAt": "Z", "States": {"A": {"Type": "Succeed"}}},
            "MISSING_TRANSITION_TARGET",
            "Z at /StartAt",
        )

    def test_missing_fields(self):
        self.assert_invalid(
            {}, "These fields are required: [States, StartAt]"
        )
        self.assert_invalid({"StartAt": "A"}, "[States]")

    def test_a_thousand_mistakes_are_answered_quickly(self):
        states = {
            f"S{n}": {"Type": "Pass", "Next": f"X{n}"} for n in range(1000)
        }
        begin = time.monotonic()
        self.assert_invalid({"StartAt": "S0", "States": states}, "X999")
        self.assertLess(time.monotonic() - begin, 5)


if __name__ == "__main__":
    unittest.main()
