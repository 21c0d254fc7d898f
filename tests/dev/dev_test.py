"""./dev explains itself and refuses what it does not know. Nothing is built."""

import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TASKS = (
    "demo test build serve run bench fuzz soak conformance format lint setup "
    "clean"
).split()


def dev(*arguments, **environment):
    return subprocess.run(
        [ROOT / "dev", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )


class DevTest(unittest.TestCase):
    def test_without_arguments_it_names_every_task(self):
        result = dev()
        self.assertEqual(result.returncode, 0)
        for task in TASKS:
            self.assertIn(f"\n  {task} ", result.stdout)

    def test_every_task_explains_itself(self):
        for task in TASKS:
            result = dev(task, "--help")
            self.assertEqual(result.returncode, 0, task)
            self.assertIn(f"Usage: ./dev {task}", result.stdout)
            self.assertEqual(result.stdout, dev("help", task).stdout)

    def test_an_unknown_task_is_a_usage_error(self):
        result = dev("tset")
        self.assertEqual(result.returncode, 2)
        self.assertIn("unknown task 'tset'", result.stderr)

    def test_an_unknown_option_is_a_usage_error(self):
        result = dev("test", "--fast")
        self.assertEqual(result.returncode, 2)
        self.assertIn("unknown option '--fast'", result.stderr)

    def test_an_unknown_package_group_is_a_usage_error(self):
        result = dev("setup", "tests")
        self.assertEqual(result.returncode, 2)
        self.assertIn("no package group 'tests'", result.stderr)

    def test_output_in_a_pipe_has_no_colour(self):
        self.assertNotIn("\x1b", dev("setup", STEPWHEEL_NO_SETUP="1").stdout)

    def test_it_works_from_another_folder(self):
        result = subprocess.run(
            [ROOT / "dev"], cwd="/", capture_output=True, timeout=60
        )
        self.assertEqual(result.returncode, 0)

    def test_without_recorded_cases_conformance_is_skipped(self):
        result = dev("conformance", STEPWHEEL_SHARED="/nonexistent")
        self.assertEqual(result.returncode, 0)
        self.assertIn("Conformance skipped", result.stdout)

    def test_every_fuzz_target_has_seeds_and_words(self):
        corpus = ROOT / "tests/fuzz/corpus"
        targets = dev("fuzz", "--list").stdout.split()
        self.assertIn("json_path", targets)
        for target in targets:
            self.assertTrue(list((corpus / target).iterdir()), target)
            words = (corpus / f"{target}.dict").read_text()
            self.assertTrue(words.isascii(), target)  # Else libFuzzer quits.

    def test_an_unknown_fuzz_target_is_a_usage_error(self):
        result = dev("fuzz", "jsn")
        self.assertEqual(result.returncode, 2)
        self.assertIn("no target 'jsn': not one of", result.stderr)

    def test_the_scripts_are_valid_bash(self):
        for script in ("dev", ".ci/run", ".ci/setup.sh", "tests/fuzz/run.sh",
                       "tests/soak/run.sh"):
            code = subprocess.run(["bash", "-n", ROOT / script]).returncode
            self.assertEqual(code, 0, script)


if __name__ == "__main__":
    unittest.main()
