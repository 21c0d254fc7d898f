"""The command line as people and scripts see it: pipes, terminals, exit codes.

Drives the binary named by STEPWHEEL_BINARY, or build/release/stepwheel.
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("STEPWHEEL_BINARY",
                        str(ROOT / "build/release/stepwheel"))
COMMANDS = ["serve", "run", "validate", "jsonata", "history", "replay"]
ESCAPE = "\x1b["

MACHINE = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Pass", "Next": "W"},
        "W": {"Type": "Wait", "Seconds": 259200, "End": True},
    },
}


def environment(**changes):
    """Ours, without what decides about colours, plus the changes."""
    names = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")
    kept = {k: v for k, v in os.environ.items() if k not in names}
    return {**kept, "TERM": "xterm-256color", **changes}


def in_pipe(*arguments, **changes):
    return subprocess.run([BINARY, *arguments], env=environment(**changes),
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)


def on_terminal(*arguments, columns=80, **changes):
    """Exit code and what a terminal of that width is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([BINARY, *arguments], env=environment(**changes),
                          stdin=theirs, stdout=theirs, stderr=theirs) as child:
        os.close(theirs)
        sent = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux's way of saying that all ends are closed.
                break
            if not piece:
                break
            sent += piece
        os.close(ours)
        code = child.wait(timeout=60)
    return code, sent.decode()


@unittest.skipUnless(os.path.exists(BINARY), f"{BINARY} is not built")
class CommandLineTest(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="stepwheel-cli-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.machine = self.write("machine.asl.json", json.dumps(MACHINE))

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        pathlib.Path(path).write_text(text, encoding="utf-8")
        return path

    # --- Colours ------------------------------------------------------------

    def test_a_pipe_gets_no_escape_codes(self):
        done = in_pipe("run", self.machine)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(ESCAPE, done.stdout + done.stderr)
        self.assertNotIn("\r", done.stdout + done.stderr)

    def test_a_terminal_gets_colours(self):
        code, sent = on_terminal("run", self.machine)
        self.assertEqual(code, 0, sent)
        self.assertIn(ESCAPE + "32m", sent)
        self.assertIn("SUCCEEDED", sent)

    def test_no_color_and_a_dumb_terminal_take_them_away(self):
        for changes in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            with self.subTest(**changes):
                code, sent = on_terminal("run", self.machine, **changes)
                self.assertEqual(code, 0, sent)
                self.assertNotIn(ESCAPE, sent)

    def test_force_color_brings_them_into_a_pipe(self):
        for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
            with self.subTest(name):
                done = in_pipe("run", self.machine, **{name: "1"})
                self.assertIn(ESCAPE + "32m", done.stderr)
                self.assertEqual(done.stdout, "{}\n")

    def test_the_flag_has_the_last_word(self):
        done = in_pipe("run", self.machine, "--color", "always", NO_COLOR="1")
        self.assertIn(ESCAPE, done.stderr)
        _, sent = on_terminal("run", self.machine, "--color=never",
                              FORCE_COLOR="1")
        self.assertNotIn(ESCAPE, sent)

    # --- Help ---------------------------------------------------------------

    def test_each_help_fits_a_screen_and_ends_with_examples(self):
        for command in COMMANDS:
            with self.subTest(command):
                done = in_pipe(command, "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                lines = done.stdout.rstrip("\n").split("\n")
                self.assertLessEqual(len(lines), 32)
                self.assertLessEqual(max(map(len, lines)), 100)
                self.assertEqual(lines[0].split()[:3],
                                 ["Usage:", "stepwheel", command])
                examples = lines[lines.index("Examples:") + 1:]
                self.assertGreaterEqual(len(examples), 2)
                for example in examples:
                    self.assertRegex(example, r"^  (stepwheel|aws) ")

    def test_the_overview_names_every_command(self):
        done = in_pipe("--help")
        self.assertEqual(done.returncode, 0)
        for command in COMMANDS:
            self.assertRegex(done.stdout, rf"(?m)^  {command} ")
        self.assertEqual(in_pipe("help").stdout, done.stdout)
        bare = in_pipe()
        self.assertEqual((bare.returncode, bare.stdout, bare.stderr),
                         (2, "", done.stdout))

    def test_help_of_a_command_is_found_both_ways(self):
        self.assertEqual(in_pipe("help", "run").stdout,
                         in_pipe("run", "--help").stdout)

    def test_examples_use_flags_that_exist(self):
        for command in COMMANDS:
            text = in_pipe(command, "--help").stdout
            known = set(re.findall(r"(?m)^  (--[a-z-]+)", text))
            for example in re.findall(rf"(?m)^  stepwheel {command} (.*)$",
                                      text):
                used = set(re.findall(r"--[a-z-]+", example))
                self.assertLessEqual(used, known, f"{command}: {example}")

    def test_the_version_is_one_line(self):
        for argument in ("--version", "version"):
            done = in_pipe(argument)
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stdout, r"\Astepwheel \d+\.\d+\.\d+\n\Z")

    # --- Usage errors -------------------------------------------------------

    def test_a_misspelt_flag_is_refused_with_a_guess(self):
        for command, wrong, meant in (("run", "--inptu", "--input"),
                                      ("serve", "--prot", "--port"),
                                      ("history", "--endpiont", "--endpoint"),
                                      ("replay", "--chekc", "--check")):
            with self.subTest(command):
                done = in_pipe(command, wrong)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"unknown option {wrong}; "
                              f"did you mean {meant}?", done.stderr)
                self.assertIn(f"stepwheel {command} --help", done.stderr)

    def test_a_misspelt_command_is_refused_with_a_guess(self):
        done = in_pipe("rnu", self.machine)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("unknown command 'rnu'; did you mean run?", done.stderr)

    def test_bad_values_are_usage_errors(self):
        for arguments in (["run"], ["run", self.machine, "--seed", "x"],
                          ["run", self.machine, "--color", "pink"],
                          ["run", self.machine, "--max-time", "soon"],
                          ["run", self.machine, "more"],
                          ["run", self.machine, "--quiet", "--verbose"],
                          ["serve", "--port", "65536"], ["history"],
                          ["replay"]):
            with self.subTest(" ".join(arguments)):
                done = in_pipe(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"stepwheel {arguments[0]}", done.stderr)

    # --- run ----------------------------------------------------------------

    def test_the_output_can_be_piped_into_other_programs(self):
        command = (f"'{BINARY}' run '{self.machine}' --input '{{\"order\":17}}'"
                   f" | '{sys.executable}' -m json.tool --compact")
        done = subprocess.run(command, shell=True, env=environment(),
                              capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), {"order": 17})

    def test_input_comes_from_standard_input(self):
        done = subprocess.run([BINARY, "run", self.machine, "--input", "-"],
                              input='{"from":"stdin"}', env=environment(),
                              capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual((done.returncode, done.stdout),
                         (0, '{"from":"stdin"}\n'))

    def test_json_lines_are_the_same_twice(self):
        first = in_pipe("run", self.machine, "--json")
        self.assertEqual(first.returncode, 0)
        lines = [json.loads(line) for line in first.stdout.splitlines()]
        self.assertEqual(lines[0]["type"], "started")
        self.assertEqual(lines[-1]["status"], "SUCCEEDED")
        self.assertEqual(lines[-1]["simulatedMilliseconds"], 259_200_000)
        self.assertEqual(in_pipe("run", self.machine, "--json").stdout,
                         first.stdout)

    def test_exit_codes_tell_how_it_ended(self):
        arn = "arn:aws:states:us-east-1:123456789012:activity:ship"
        states = {
            4: {"Type": "Fail", "Error": "E"},
            6: {"Type": "Task", "Resource": arn, "End": True},
            3: {"Type": "Pass"},
        }
        for code, state in states.items():
            with self.subTest(code=code):
                path = self.write("m.json", json.dumps(
                    {"StartAt": "S", "States": {"S": state}}))
                done = in_pipe("run", path)
                self.assertEqual((done.returncode, done.stdout), (code, ""))
        self.assertEqual(
            in_pipe("run", self.machine, "--max-time", "1d").returncode, 5)

    def test_problems_of_a_definition_have_line_and_column(self):
        path = self.write("bad.json", '{\n  "StartAt": "A",\n  "States": '
                          '{"A": {"Type": "Pass", "Next": "B"}}}')
        done = in_pipe("run", path)
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr,
                         re.escape(path) + r":\d+:\d+: error: [A-Z_]+: ")

    # --- history and replay -------------------------------------------------

    def test_what_is_not_there_has_exit_code_3(self):
        missing = os.path.join(self.folder, "none.db")
        arn = "arn:aws:states:us-east-1:123456789012:execution:m:x"
        for arguments in (["history", arn, "--db", missing],
                          ["history", arn, "--endpoint", "http://127.0.0.1:1"],
                          ["replay", "--db", missing, "--check"],
                          ["run", os.path.join(self.folder, "none.json")]):
            with self.subTest(" ".join(arguments[:1])):
                done = in_pipe(*arguments)
                self.assertEqual((done.returncode, done.stdout), (3, ""))
                self.assertNotEqual(done.stderr, "")
        self.assertFalse(os.path.exists(missing))


if __name__ == "__main__":
    unittest.main()
