"""Databases that cannot be used: each is named with what to do, the exit code
is 3, and the file is left alone. A full disk loses nothing."""

import contextlib
import json
import os
import pathlib
import pwd
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

from harness import BINARY, PATIENCE, Api, FolderTest, Server
from harness import setUpModule, stepwheel, wait_until  # noqa: F401

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}


class UnusableTest(FolderTest):
    def assert_refused(self, *texts, db=None, **options):
        result = stepwheel(
            "serve", "--port", 0, "--db", db or self.db, **options
        )
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertEqual(result.stdout, "")
        for text in texts:
            self.assertIn(text, result.stderr)

    def edit(self, statement):
        with contextlib.closing(sqlite3.connect(self.db)) as database:
            database.execute(statement)
            database.commit()

    def test_a_file_that_is_not_sqlite(self):
        self.db.write_bytes(b"Dear diary, " * 1000)
        self.assert_refused("not a SQLite database", "choose another --db")
        self.assertEqual(self.db.read_bytes(), b"Dear diary, " * 1000)

    def test_the_database_of_another_program(self):
        self.edit("CREATE TABLE diary (day)")
        before = self.db.read_bytes()
        self.assert_refused("of another program")
        self.assertEqual(self.db.read_bytes(), before)

    def test_a_database_from_a_newer_version(self):
        self.serve().stop()
        self.edit("PRAGMA user_version = 99")
        before = self.db.read_bytes()
        self.assert_refused("schema version 99", "newer Stepwheel")
        self.assertEqual(self.db.read_bytes(), before)

    def test_a_database_that_another_server_serves(self):
        first = self.serve()
        self.assert_refused(f"served by process {first.process.pid}")
        self.assertEqual(first.call("ListActivities")[0], 200)
        first.kill()
        self.serve()  # The lock died with its owner.

    def test_a_history_can_be_read_beside_the_server(self):
        api = Api(self.serve())
        execution = api.start(api.machine("m", PASS))
        api.ended(execution)
        result = stepwheel("history", execution, "--db", self.db, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(
            [line["type"] for line in lines], api.types(execution)
        )

    def test_a_damaged_database(self):
        self.serve().stop()
        data = bytearray(self.db.read_bytes())
        data[4096:5000] = b"x" * 904
        self.db.write_bytes(data)
        self.assert_refused("damaged")

    def test_a_folder_and_a_folder_that_is_not_there(self):
        self.assert_refused("this is a folder", db=self.folder)
        self.assert_refused(
            "No such file or directory", db=self.folder / "no" / "x.db"
        )
        self.assertFalse((self.folder / "no").exists())


class ReadOnlyTest(FolderTest):
    """Permissions do not bind root, so root plays these as nobody."""

    def setUp(self):
        super().setUp()
        self.options = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody").pw_uid
            self.options = {"user": nobody, "extra_groups": []}
            os.chown(self.folder, nobody, -1)
        try:
            result = stepwheel("--version", **self.options)
        except PermissionError:
            self.skipTest(f"nobody may not run {BINARY}")
        self.assertEqual(result.returncode, 0)
        self.serve().stop()
        if self.options:
            os.chown(self.db, self.options["user"], -1)

    def refusal(self):
        result = stepwheel(
            "serve", "--port", 0, "--db", self.db, **self.options
        )
        self.folder.chmod(0o700)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn(str(self.db), result.stderr)
        return result.stderr

    def test_a_file_that_may_not_be_written(self):
        self.db.chmod(0o400)
        self.assertRegex(self.refusal(), "read-only|Permission|may not")

    def test_a_file_that_may_not_be_read(self):
        self.db.chmod(0)
        self.assertRegex(self.refusal(), "Permission|cannot be opened|may not")

    def test_a_folder_that_may_not_be_written(self):
        self.folder.chmod(0o500)
        self.assertRegex(self.refusal(), "read-only|Permission|may not")


class FullDiskTest(FolderTest):
    def fill(self, api, machine, limit=400):
        """Starts until one is not taken: (taken ARNs, the refusal)."""
        taken = []
        for number in range(limit):
            status, answer = api.server.call(
                "StartExecution",
                stateMachineArn=machine,
                name=f"e{number}",
                input=json.dumps("x" * 20000),
            )
            if status != 200:
                return taken, status, answer
            taken.append(answer["executionArn"])
        raise AssertionError(f"{limit} starts fitted")

    def survive(self, server, make_room):
        """Full, then not: what was promised is there, the rest is not."""
        api = Api(server)
        machine = api.machine("m", PASS)
        taken, status, answer = self.fill(api, machine)
        self.assertGreaterEqual(status, 500, answer)
        self.assertTrue(taken)
        self.assertIsNone(server.process.poll(), server.logged())
        health = json.loads(server.http("GET", "/_stepwheel/health")[2])
        self.assertGreater(health["commitFailures"], 0)
        self.assertIn("error", server.logged())
        make_room()
        wait_until(lambda: self.starts(server, machine))
        code, _ = server.stop()
        self.assertEqual(code, 0, server.logged())
        api = Api(self.serve(db=self.path))
        for arn in taken:
            self.assertEqual(api.ended(arn)["status"], "SUCCEEDED")
        self.serve_nothing_lost(api, machine, taken)

    def starts(self, server, machine):
        status, _ = server.call(
            "StartExecution", stateMachineArn=machine, name="after"
        )
        return status == 200

    def serve_nothing_lost(self, api, machine, taken):
        listed = api.server.ask(
            "ListExecutions", stateMachineArn=machine, maxResults=1000
        )["executions"]
        names = {item["executionArn"] for item in listed}
        self.assertLessEqual(set(taken), names)
        # A start that was refused may not have happened behind one's back.
        self.assertEqual(len(names), len(taken) + 1)
        api.server.stop()
        result = stepwheel("replay", "--db", self.path, "--check")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_a_file_that_may_not_grow(self):
        self.path = self.db
        server = self.serve()
        pid = server.process.pid
        # The kernel sends a signal with it, which must not end the server.
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1 << 20, hard))
        self.survive(
            server,
            lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard)),
        )

    def test_a_full_file_system(self):
        if os.geteuid() != 0:
            self.skipTest("mounting a small file system needs root")
        disk = self.folder / "disk"
        disk.mkdir()
        mount = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if mount.returncode != 0:
            self.skipTest(f"mount: {mount.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], timeout=30)
        self.path = disk / "test.db"
        server = self.serve(db=self.path)
        self.survive(server, lambda: self.enlarge(disk))

    def enlarge(self, disk):
        subprocess.run(
            ["mount", "-o", "remount,size=64m", disk], check=True, timeout=30
        )


if __name__ == "__main__":
    unittest.main()
