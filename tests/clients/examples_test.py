"""The examples keep what they promise, from any folder."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import harness
from harness import BINARY, ENVIRONMENT, ROOT, setUpModule  # noqa: F401

EXAMPLES = ROOT / "examples"


class HeartbeatExampleTest(unittest.TestCase):
    def demo(self, binary=BINARY):
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run(
                [EXAMPLES / "heartbeat/demo.sh"],
                cwd=folder,
                env={**os.environ, **ENVIRONMENT, "STEPWHEEL_BINARY": binary},
                capture_output=True,
                text=True,
                timeout=150,
            )

    def test_the_demo_plays_and_every_promise_is_kept(self):
        result = self.demo()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("everything as promised", result.stdout)
        for name in ("order-1", "order-2", "order-3"):
            self.assertRegex(result.stdout, rf"(?m)^{name}  ")

    def test_a_server_that_does_not_start_fails_the_demo(self):
        result = self.demo("/bin/false")
        self.assertEqual(result.returncode, 1)
        self.assertIn("FAILED, not as promised: the server", result.stdout)

    def test_a_missing_binary_is_said(self):
        result = self.demo("/nowhere/stepwheel")
        self.assertEqual(result.returncode, 2)
        self.assertIn("/nowhere/stepwheel; build it", result.stderr)


class EveryExampleTest(unittest.TestCase):
    def test_every_definition_is_valid(self):
        files = sorted(EXAMPLES.rglob("*.asl.json"))
        self.assertTrue(files)
        for file in files:
            with self.subTest(str(file.relative_to(ROOT))):
                result = harness.stepwheel("validate", file)
                self.assertEqual(result.returncode, 0, result.stdout)
                # Whether it then runs is each example's own promise: some
                # need a worker or a service.

    def test_every_example_is_named(self):
        text = (EXAMPLES / "README.md").read_text()
        for folder in pathlib.Path(EXAMPLES).iterdir():
            if folder.is_dir():
                self.assertIn(f"`{folder.name}`", text)


class CallExamplesTest(unittest.TestCase):
    def play(self, demo):
        return subprocess.run(
            [EXAMPLES / demo],
            env={**os.environ, **ENVIRONMENT, "STEPWHEEL_BINARY": BINARY},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def test_a_function_in_plain_python_is_called(self):
        result = self.play("lambda/demo.sh")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn('"packed":{"parcels":3}', result.stdout)
        self.assertIn("OrderRefused", result.stderr)

    def test_a_queue_carries_tokens(self):
        result = self.play("callback/demo.py")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("3000 is more than 100", result.stdout)


if __name__ == "__main__":
    unittest.main()
