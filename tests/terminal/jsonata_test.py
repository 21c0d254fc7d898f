"""`stepwheel jsonata`: what it prints and how it ends.

Drives the binary named by STEPWHEEL_BINARY, or build/release/stepwheel.
"""

import json
import pathlib
import subprocess
import tempfile
import unittest

from cli_test import BINARY, ESCAPE, environment, in_pipe, on_terminal


def evaluate(*arguments, **changes):
    return in_pipe("jsonata", *arguments, **changes)


class JsonataTest(unittest.TestCase):

    def check(self, arguments, output):
        done = evaluate(*arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, output + "\n", ""))

    def test_the_input_is_a_member_of_states(self):
        self.check(["$sum($states.input.items.price)", "--input",
                    '{"items":[{"price":1},{"price":2.5}]}'], "3.5")
        self.check(["{% $states.input %}"], "{}")

    def test_the_input_comes_from_a_file_or_standard_input(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "input.json")
            path.write_text('{"a":"\u00e9"}', encoding="utf-8")
            self.check(["$states.input.a", "--input", str(path)], '"\u00e9"')
        done = subprocess.run([BINARY, "jsonata", "$states.input[1]",
                               "--input", "-"], input="[1,[2,3]]",
                              env=environment(), capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "[2,3]\n"))

    def test_states_and_variables_can_be_given(self):
        self.check(["$states.result & $x", "--states", '{"result":"r"}',
                    "--bindings", '{"x":1}'], '"r1"')

    def test_the_reference_has_the_input_as_its_root(self):
        self.check(["a[0] + $count($$.a)", "--reference", "--input",
                    '{"a":[4,5]}'], "6")
        self.assertEqual(evaluate("$range(1,2,1)", "--reference").returncode,
                         4)

    def test_the_level_decides_about_operators(self):
        self.assertEqual(evaluate("$x ?? 1").returncode, 3)
        self.check(["$x ?? 1", "--level", "2.2"], "1")

    def test_a_caret_shows_the_token_that_is_to_blame(self):
        done = evaluate("(\n  $x := 1;\n\t'\u00e9' + $x\n)")
        self.assertEqual((done.returncode, done.stdout), (4, ""))
        self.assertEqual(done.stderr.split("\n")[1:],
                         ["  \t'\u00e9' + $x", "  \t    ^", ""])
        self.assertIn("T2001: The left side", done.stderr)
        done = evaluate("$nothing(1)")
        self.assertEqual(done.stderr.split("\n")[1:],
                         ["  $nothing(1)", "   ^", ""])

    def test_exit_codes_tell_what_went_wrong(self):
        for arguments, code in ((["1"], 0), (["1", "--level", "3"], 2), ([], 2),
                                (["1 +"], 3), (["1", "--input", "{"], 3),
                                (["1", "--bindings", "[]"], 3),
                                (["1", "--states", "no.such.file"], 3),
                                (["$error('no')"], 4), (["$states.x"], 5),
                                (["$sum"], 5)):
            with self.subTest(arguments):
                done = evaluate(*arguments)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertEqual(done.stderr == "", code == 0)
                self.assertEqual(done.stdout == "", code != 0)

    def test_json_is_one_object_for_each_outcome(self):
        for expression, expected in (
                ("[1, {'a': null}]", {"kind": "value",
                                      "value": [1, {"a": None}]}),
                ("$states.x", {"kind": "undefined"}),
                ("$sum", {"kind": "function"}),
                ("1 + 'a'", {"kind": "failed", "code": "T2002",
                             "message": 'The right side of the "+" operator '
                                        "must evaluate to a number",
                             "position": 2, "token": "+"})):
            with self.subTest(expression):
                done = evaluate(expression, "--json")
                self.assertEqual(done.stderr, "")
                self.assertEqual(json.loads(done.stdout), expected)

    def test_times_are_told_beside_the_result(self):
        done = evaluate("1", "--time")
        self.assertEqual(done.stdout, "1\n")
        self.assertRegex(done.stderr,
                         r"^compiled in [\d.]+ us, evaluated in [\d.]+ us\n$")
        told = json.loads(evaluate("1", "--time", "--json").stdout)
        self.assertGreater(told["compileMicros"], 0)
        self.assertGreater(told["evaluateMicros"], 0)

    def test_limits_end_what_would_not_end(self):
        endless = "($f := function($n){$f($n + 1)}; $f(1))"
        deep = "($f := function($n){1 + $f($n + 1)}; $f(1))"
        for arguments in ([endless, "--timeout", "100"],
                          [deep], [deep, "--depth", "100000"],
                          ["$pad('', 100000000)"],
                          ["[1..1000]", "--memory", "100"],
                          ["$match('" + "a" * 40 + "!', /^(a+)+$/)"]):
            with self.subTest(arguments):
                done = evaluate(*arguments, "--json")
                self.assertEqual(done.returncode, 4)
                self.assertEqual(json.loads(done.stdout)["code"], "U1001")

    def test_chance_comes_from_the_seed(self):
        first = evaluate("$random()").stdout
        self.assertEqual(evaluate("$random()", "--seed", "0").stdout, first)
        self.assertNotEqual(evaluate("$random()", "--seed", "1").stdout, first)

    def test_only_terminals_see_colours(self):
        self.assertNotIn(ESCAPE, evaluate("1 +").stderr)
        _, sent = on_terminal("jsonata", "1 +")
        self.assertIn(ESCAPE + "31m", sent)


if __name__ == "__main__":
    unittest.main()
