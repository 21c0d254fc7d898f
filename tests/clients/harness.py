"""Starts the real binary for a test, and never leaves one behind.

`Server` is one `stepwheel serve`; `ClientTest` the base of tests with one
server for the whole class; `call` and `raw` speak to it without an SDK.
"""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(
    os.environ.get("STEPWHEEL_BINARY", ROOT / "build/release/stepwheel")
)
# Every wait ends: no test may hang. Long, for machines that are busy.
PATIENCE = 30
ACCOUNT = "arn:aws:states:us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/test"

# Any keys will do, no profile of the user is read, and no proxy is asked.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_PAGER": "",
    "NO_PROXY": "*",
    "no_proxy": "*",
}
os.environ.update(ENVIRONMENT)


def setUpModule():
    """For every test module: says once what is missing."""
    if not os.access(BINARY, os.X_OK):
        raise AssertionError(f"no binary at {BINARY}: run ./dev build")


def stepwheel(*arguments, **options):
    """Runs a command of the binary to its end."""
    options.setdefault("timeout", PATIENCE)
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=options.pop("stdin", subprocess.DEVNULL),
        **options,
    )


class Server:
    """One running server. Started by the constructor, which waits for the
    ready line; `db` of a stopped server may be given to the next."""

    def __init__(self, *options, db=":memory:", port=0):
        self.log = tempfile.TemporaryFile("w+")
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--json", "--port", str(port), "--db", str(db)]
            + [str(option) for option in options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        guard = threading.Timer(PATIENCE, self.process.kill)
        guard.start()
        line = self.process.stdout.readline()
        self.start_seconds = time.monotonic() - begin
        guard.cancel()
        if not line:
            code = self.end()
            raise AssertionError(f"no ready line, exit {code}: {self.logged()}")
        self.ready = json.loads(line)
        self.port = self.ready["port"]
        self.url = self.ready["url"]

    def logged(self):
        """What it wrote to standard error, also after its end."""
        if not self.log.closed:
            self.log.seek(0)
            self.text = self.log.read()
        return self.text

    def kill(self):
        """kill -9, as a crash."""
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def stop(self, how=signal.SIGTERM):
        """The exit code and how many seconds the end took."""
        begin = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        return code, time.monotonic() - begin

    def end(self):
        """For clean-up: whatever state it is in, it is gone afterwards."""
        if self.process.poll() is None:
            self.process.kill()
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.logged()
        self.log.close()
        return code

    def client(self, read_timeout=PATIENCE, retries=0):
        import boto3
        from botocore.config import Config

        return boto3.client(
            "stepfunctions",
            endpoint_url=self.url,
            config=Config(
                read_timeout=read_timeout,
                retries={"max_attempts": retries},
                max_pool_connections=50,
            ),
        )

    def call(self, operation, **parameters):
        """(status, answer) of one operation, without an SDK."""
        status, _, body = self.post(operation, json.dumps(parameters))
        return status, json.loads(body)

    def ask(self, operation, **parameters):
        """The answer of an operation that must succeed."""
        status, answer = self.call(operation, **parameters)
        if status != 200:
            raise AssertionError(f"{operation}: {status} {answer}")
        return answer

    def refuse(self, operation, **parameters):
        """The (code, message) of an operation that must fail."""
        status, answer = self.call(operation, **parameters)
        if status != 400:
            raise AssertionError(f"{operation}: {status} {answer}")
        return code_of(answer), answer["message"]

    def post(self, operation, body, headers=None):
        """(status, headers, body) of one POST on a connection of its own."""
        all_headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"AWSStepFunctions.{operation}",
            **(headers or {}),
        }
        return self.http("POST", "/", body, all_headers)

    def http(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE
        )
        with contextlib.closing(connection):
            connection.putrequest(
                method, path, skip_host=bool(headers and "Host" in headers)
            )
            for name, value in (headers or {}).items():
                if value is not None:
                    connection.putheader(name, value)
            data = body.encode() if isinstance(body, str) else body
            if data is not None:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def raw(self, data, timeout=PATIENCE):
        """What the server sends for these bytes until it closes."""
        with self.connect(timeout) as peer:
            peer.sendall(data)
            return receive_all(peer)

    def connect(self, timeout=PATIENCE):
        return socket.create_connection(("127.0.0.1", self.port), timeout)


def receive_all(peer):
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := peer.recv(65536):
            data += chunk
    return data


def code_of(answer):
    """"InvalidArn" of an error's body."""
    return answer["__type"].rpartition("#")[2]


def wait_until(condition, seconds=PATIENCE, step=0.02):
    """The first true value of `condition()`; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"it did not happen within {seconds} s")
        time.sleep(step)
    return value


def activity_machine(activity="work", **members):
    """A definition with one Task for an activity."""
    task = {
        "Type": "Task",
        "Resource": f"{ACCOUNT}:activity:{activity}",
        "End": True,
        **members,
    }
    return json.dumps({"StartAt": "Work", "States": {"Work": task}})


class Api:
    """Shorthands for tests; `server` is what they talk to."""

    def __init__(self, server):
        self.server = server

    def activity(self, name="work"):
        return self.server.ask("CreateActivity", name=name)["activityArn"]

    def machine(self, name, definition):
        if not isinstance(definition, str):
            definition = json.dumps(definition)
        return self.server.ask(
            "CreateStateMachine",
            name=name,
            definition=definition,
            roleArn=ROLE,
        )["stateMachineArn"]

    def start(self, machine, name=None, value=None):
        parameters = {"name": name} if name else {}
        return self.server.ask(
            "StartExecution",
            stateMachineArn=machine,
            input=json.dumps({} if value is None else value),
            **parameters,
        )["executionArn"]

    def poll(self, activity):
        return self.server.ask("GetActivityTask", activityArn=activity)

    def status(self, execution):
        return self.server.ask("DescribeExecution", executionArn=execution)[
            "status"
        ]

    def ended(self, execution, seconds=PATIENCE):
        """The description of the execution once it has ended."""

        def description():
            answer = self.server.ask(
                "DescribeExecution", executionArn=execution
            )
            return answer["status"] != "RUNNING" and answer

        return wait_until(description, seconds)

    def history(self, execution):
        return self.server.ask(
            "GetExecutionHistory", executionArn=execution, maxResults=1000
        )["events"]

    def types(self, execution):
        return [event["type"] for event in self.history(execution)]


class ClientTest(unittest.TestCase):
    """Tests that share one server of the class, with `OPTIONS`."""

    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.OPTIONS)
        cls.addClassCleanup(cls.server.end)
        cls.api = Api(cls.server)

    def name(self):
        """A name of this test's own."""
        return self.id().rpartition(".")[2][5:][:70]


class FolderTest(unittest.TestCase):
    """Tests with a temporary folder, a database in it, and own servers."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.db = self.folder / "test.db"

    def serve(self, *options, **more):
        more.setdefault("db", self.db)
        server = Server(*options, **more)
        self.addCleanup(server.end)
        return server
