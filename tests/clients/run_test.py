"""`stepwheel run` and `history` as commands: what goes to which stream, and
every exit code."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from harness import ACCOUNT, BINARY, PATIENCE, activity_machine
from harness import setUpModule, stepwheel  # noqa: F401


def one_state(**state):
    return {"StartAt": "A", "States": {"A": state}}


WAIT = one_state(Type="Wait", Seconds=259200, End=True)
FAIL = one_state(Type="Fail", Error="Boom", Cause="why")


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "m.asl.json"

    def play(self, definition, *options, **more):
        text = definition
        if not isinstance(text, str):
            text = json.dumps(definition)
        self.file.write_text(text)
        return stepwheel("run", self.file, *options, **more)

    def test_the_output_alone_goes_to_standard_output(self):
        result = self.play(WAIT, "--input", '{"order": 17}')
        self.assertEqual(result.returncode, 0)
        self.assertEqual(json.loads(result.stdout), {"order": 17})
        self.assertIn("3 d 00:00:00 simulated in", result.stderr)
        self.assertNotIn("\x1b", result.stderr)

    def test_input_is_a_file_or_json_or_standard_input(self):
        file = self.file.with_name("input.json")
        file.write_text("[1.50]")
        self.assertEqual(self.play(WAIT, "--input", file).stdout, "[1.50]\n")
        with open(file) as text:
            result = self.play(WAIT, "--input", "-", stdin=text)
        self.assertEqual(result.stdout, "[1.50]\n")
        self.assertEqual(self.play(WAIT, "--input", "7").stdout, "7\n")

    def test_json_lines_and_nothing_else(self):
        result = self.play(WAIT, "--json")
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(result.stderr, "")
        self.assertEqual(lines[0]["type"], "started")
        self.assertEqual(lines[-1]["type"], "finished")
        self.assertEqual(lines[-1]["status"], "SUCCEEDED")
        events = lines[1:-1]
        self.assertEqual([e["id"] for e in events], [1, 2, 3, 4])
        self.assertEqual(
            events[2]["timestamp"] - events[1]["timestamp"], 259200
        )

    def test_two_runs_are_the_same_bytes(self):
        definition = one_state(
            Type="Pass",
            Parameters={"id.$": "States.UUID()", "t.$": "$$.Execution.Id"},
            End=True,
        )
        first = self.play(definition, "--json", "--seed", 5)
        again = self.play(definition, "--json", "--seed", 5)
        other = self.play(definition, "--json", "--seed", 6)
        self.assertEqual(first.stdout, again.stdout)
        self.assertNotEqual(first.stdout, other.stdout)

    def test_quiet_is_one_line(self):
        result = self.play(FAIL, "--quiet")
        self.assertEqual(result.stdout, "")
        self.assertTrue(result.stderr.startswith("FAILED"), result.stderr)

    def test_a_failure_is_4_and_named(self):
        result = self.play(FAIL)
        self.assertEqual(result.returncode, 4)
        self.assertIn("Boom in A: why", result.stderr)
        self.assertEqual(result.stdout, "")

    def test_a_time_out_is_5(self):
        result = self.play({**WAIT, "TimeoutSeconds": 5})
        self.assertEqual(result.returncode, 5)
        self.assertIn("TIMED_OUT", result.stderr)

    def test_max_time_is_5_and_until_is_0(self):
        result = self.play(WAIT, "--max-time", "2d")
        self.assertEqual(result.returncode, 5)
        self.assertIn("--max-time 2d", result.stderr)
        self.assertEqual(self.play(WAIT, "--until", "A").returncode, 0)

    def test_stuck_is_6_and_says_who_waits_for_what(self):
        result = self.play(activity_machine("ship", HeartbeatSeconds=5))
        self.assertEqual(result.returncode, 6)
        self.assertIn("Work", result.stderr)
        self.assertIn(f"{ACCOUNT}:activity:ship", result.stderr)

    def test_a_bad_definition_is_3_and_shown_as_a_compiler_does(self):
        result = self.play('{"StartAt": "A",\n "States": {\n  "A": 1}}')
        self.assertEqual(result.returncode, 3)
        self.assertRegex(result.stderr, r"m\.asl\.json:3:\d+: error: ")
        result = self.play('{\n  "StartAt" 1}')
        self.assertEqual(result.returncode, 3)
        self.assertRegex(result.stderr, r"m\.asl\.json:2:\d+: error: ")

    def test_bad_input_and_missing_files_are_3(self):
        result = self.play(WAIT, "--input", "{nope")
        self.assertEqual(result.returncode, 3)
        self.assertIn("--input is neither a file nor JSON", result.stderr)
        result = stepwheel("run", "/nowhere/m.asl.json")
        self.assertEqual(result.returncode, 3)
        self.assertIn("cannot read /nowhere/m.asl.json", result.stderr)

    def test_wrong_usage_is_2(self):
        for options in (["--max-time", "3x"], ["--name", "a b"], ["--sed", 1]):
            self.assertEqual(self.play(WAIT, *options).returncode, 2, options)

    def test_ctrl_c_is_130_and_the_execution_is_said_to_be_stopped(self):
        loop = {"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Next": "B"},
            "B": {"Type": "Choice", "Default": "A", "Choices": [
                {"Variable": "$.x", "IsNull": True, "Next": "C"}]},
            "C": {"Type": "Succeed"}}}
        self.file.write_text(json.dumps(loop))
        process = subprocess.Popen(
            [BINARY, "run", self.file, "--input", '{"x":1}', "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.addCleanup(process.kill)
        # It writes more than a pipe holds, so it waits for us and cannot have
        # ended when the signal comes.
        self.assertIn("started", process.stdout.readline())
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        last = json.loads(out.splitlines()[-1])
        self.assertEqual(last["status"], "ABORTED")


class HistoryTest(unittest.TestCase):
    ARN = f"{ACCOUNT}:execution:a:b"

    def refused(self, *options):
        result = stepwheel("history", self.ARN, *options)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_no_server_and_no_database_are_3(self):
        # Port 1 is nobody's.
        text = self.refused("--endpoint", "http://127.0.0.1:1")
        self.assertIn("is `stepwheel serve` running there?", text)
        text = self.refused("--db", "/nowhere/x.db")
        self.assertIn("/nowhere/x.db", text)
        self.assertFalse(os.path.exists("/nowhere"))


if __name__ == "__main__":
    unittest.main()
