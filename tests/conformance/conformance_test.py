"""The list of passing cases is kept as promised, with a runner that says what
each test tells it to."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import conformance

# Answers the results of the n-th run, as `answers` beside it lists them.
RUNNER = """
import json, os, sys
folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "answers")) as text:
    answers = json.load(text)
with open(os.path.join(folder, "answers"), "w") as text:
    json.dump(answers[1:], text)
if answers:
    with open(sys.argv[sys.argv.index("--json") + 1], "w") as out:
        json.dump({"results": [
            {"group": "g", "id": name, "result": result, "diff": ["differs"]}
            for name, result in answers[0].items()]}, out)
"""


class ConformanceTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "run.py").write_text(RUNNER)
        self.list = self.folder / "passing.txt"
        patch = mock.patch.object(conformance, "LIST", str(self.list))
        patch.start()
        self.addCleanup(patch.stop)

    def run_with(self, listed, *answers, options=()):
        """The exit code, with `answers` as the results of successive runs."""
        conformance.write_list(listed)
        (self.folder / "answers").write_text(json.dumps(answers))
        arguments = ["conformance.py", "--runner", str(self.folder / "run.py")]
        arguments += ["--binary", "b", "--output", str(self.folder), *options]
        self.out = io.StringIO()
        with mock.patch.object(sys, "argv", arguments):
            with contextlib.redirect_stdout(self.out):
                return conformance.main()

    def test_all_listed_cases_pass(self):
        code = self.run_with({"g/a"}, {"a": "passed", "b": "failed"})
        self.assertEqual(code, 0)

    def test_a_listed_case_may_fail_once(self):
        code = self.run_with({"g/a"}, {"a": "failed"}, {"a": "passed"})
        self.assertEqual(code, 0)
        self.assertIn("second attempt: g/a", self.out.getvalue())

    def test_a_listed_case_that_fails_twice_is_lost(self):
        code = self.run_with({"g/a"}, {"a": "failed"}, {"a": "failed"})
        self.assertEqual(code, 1)
        self.assertIn("LOST g/a\n    differs", self.out.getvalue())

    def test_a_listed_case_that_does_not_exist_is_lost(self):
        self.assertEqual(self.run_with({"g/gone"}, {"a": "passed"}), 1)

    def test_gains_are_reported_and_not_listed_by_themselves(self):
        self.assertEqual(self.run_with(set(), {"a": "passed"}), 0)
        self.assertIn("gained: 1", self.out.getvalue())
        self.assertEqual(conformance.read_list(), set())

    def test_update_adds_gains_and_removes_nothing(self):
        code = self.run_with(
            {"g/a"},
            {"a": "failed", "b": "passed"},
            {"a": "failed"},
            options=["--update"],
        )
        self.assertEqual(code, 1)
        self.assertEqual(conformance.read_list(), {"g/a", "g/b"})
        self.assertIn("by hand, if that is right: g/a", self.out.getvalue())

    def test_a_runner_without_a_report_is_an_error(self):
        with self.assertRaisesRegex(SystemExit, "no report"):
            self.run_with(set())


if __name__ == "__main__":
    unittest.main()
