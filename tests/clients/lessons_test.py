"""The lessons of examples/ show real commands with their real output: each
```console block of their READMEs is played, and must print what it shows.

STEPWHEEL_UPDATE_EXAMPLES=1 writes what was printed into the READMEs.
"""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import BINARY, ENVIRONMENT, PATIENCE, ROOT
from harness import setUpModule  # noqa: F401

EXAMPLES = ROOT / "examples"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
UPDATE = "STEPWHEEL_UPDATE_EXAMPLES" in os.environ


def lessons():
    """Name -> README of every example that shows a console."""
    files = sorted(EXAMPLES.glob("*/README.md"))
    return {f.parent.name: f for f in files if BLOCK.search(f.read_text())}


def split(block):
    """[(command, expected output)] of a block; a command may go on after a
    backslash."""
    steps = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            steps.append([line[2:].rstrip("\n"), ""])
        elif steps[-1][0].endswith("\\") and not steps[-1][1]:
            steps[-1][0] += "\n" + line.rstrip("\n")
        else:
            steps[-1][1] += line
    return steps


def timeless(text):
    """Without what differs from run to run: real time."""
    return re.sub(r"\bin \d+ ms\b", "in N ms", text)


class LessonsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        (pathlib.Path(folder.name) / "stepwheel").symlink_to(BINARY)
        path = folder.name + os.pathsep + os.environ["PATH"]
        cls.environment = {**os.environ, **ENVIRONMENT, "PATH": path}
        for name in ("SFN_MOCK_CONFIG", "LOCALSTACK_SFN_MOCK_CONFIG"):
            cls.environment.pop(name, None)

    def play(self, command, folder):
        return subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=2 * PATIENCE,
        ).stdout

    def update(self, readme):
        def played(match):
            block = ""
            for command, _ in split(match.group(1)):
                block += f"$ {command}\n" + self.play(command, readme.parent)
            return f"```console\n{block}```"

        readme.write_text(BLOCK.sub(played, readme.read_text()))

    def test_every_console_prints_what_it_shows(self):
        found = lessons()
        self.assertGreaterEqual(len(found), 6)
        for name, readme in found.items():
            if UPDATE:
                self.update(readme)
            for block in BLOCK.findall(readme.read_text()):
                for command, expected in split(block):
                    with self.subTest(name, command=command):
                        actual = self.play(command, readme.parent)
                        self.assertEqual(timeless(actual), timeless(expected))

    def test_every_lesson_has_a_mock_file_that_its_readme_uses(self):
        for name, readme in lessons().items():
            with self.subTest(name):
                self.assertTrue((readme.parent / "mocks.json").exists())
                self.assertIn("--mocks mocks.json", readme.read_text())


if __name__ == "__main__":
    unittest.main()
