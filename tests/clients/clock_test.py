"""The virtual clock of a real server: over HTTP, from the command line, over a
restart. No test waits for virtual time."""

import email.utils
import json
import time

from harness import ACCOUNT, Api, ClientTest, FolderTest, activity_machine
from harness import setUpModule, stepwheel, wait_until  # noqa: F401

DAY = 86_400
START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def waits(*seconds):
    """A chain of Wait states."""
    names = [f"W{i}" for i in range(len(seconds))]
    states = {
        name: {"Type": "Wait", "Seconds": s, "Next": after}
        for name, s, after in zip(names, seconds, names[1:] + ["End"])
    }
    states["End"] = {"Type": "Succeed"}
    return {"StartAt": names[0], "States": states}


class Clock:
    """/_stepwheel/clock of one server."""

    def __init__(self, server):
        self.server = server

    def show(self):
        status, _, body = self.server.http("GET", "/_stepwheel/clock")
        assert status == 200, body
        return json.loads(body)

    def post(self, action, **parameters):
        status, _, body = self.server.http(
            "POST", f"/_stepwheel/clock/{action}", json.dumps(parameters)
        )
        return status, json.loads(body)

    def do(self, action, **parameters):
        status, answer = self.post(action, **parameters)
        assert status == 200, answer
        return answer

    def command(self, *arguments):
        return stepwheel("clock", *arguments, "--endpoint", self.server.url)


class ClockTest(FolderTest):
    def virtual(self, *options, **more):
        more.setdefault("db", ":memory:")
        server = self.serve("--clock", "virtual", *options, **more)
        return Api(server), Clock(server)

    def test_three_days_pass_in_one_call(self):
        api, clock = self.virtual()
        execution = api.start(api.machine("m", waits(3 * DAY)), "x")
        answer = clock.do("advance", seconds=3 * DAY - 1)
        self.assertEqual(answer["outcome"], "reached")
        self.assertEqual(answer["nextTimer"]["state"], "W0")
        self.assertEqual(answer["nextTimer"]["due"], "2026-01-04T00:00:00Z")
        self.assertEqual(api.status(execution), "RUNNING")
        answer = clock.do("jump")
        self.assertEqual((answer["jumps"], answer["idle"]), (1, True))
        done = api.ended(execution)
        self.assertEqual(done["stopDate"] - done["startDate"], 3 * DAY)
        self.assertEqual(done["startDate"], START_MS / 1000)

    def test_the_headers_tell_both_times(self):
        api, clock = self.virtual()
        clock.do("advance", seconds=10 * 365 * DAY)
        _, headers, _ = api.server.post("ListActivities", "{}")
        self.assertEqual(headers["x-stepwheel-time"], "2035-12-30T00:00:00Z")
        date = email.utils.parsedate_to_datetime(headers["Date"]).timestamp()
        self.assertLess(abs(date - time.time()), 60)

    def test_a_paused_clock_stamps_with_one_instant(self):
        api, _ = self.virtual()
        execution = api.start(
            api.machine("m", {"StartAt": "A", "States": {"A": {
                "Type": "Pass", "End": True}}}), "x")
        stamps = {event["timestamp"] for event in api.history(execution)}
        self.assertEqual(stamps, {START_MS / 1000})

    def test_idle_is_said_with_the_list(self):
        api, clock = self.virtual()
        activity = api.activity("ship")
        machine = api.machine("m", activity_machine("ship"))
        executions = [api.start(machine, name) for name in ("x", "y")]
        begin = time.monotonic()
        answer = clock.do("run", patienceMillis=0)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(answer["outcome"], "idle")
        self.assertTrue(answer["message"].startswith("Idle: 2 tasks wait"))
        self.assertEqual(
            [w["executionArn"] for w in answer["waiting"]], executions
        )
        self.assertEqual(answer["waiting"][0]["waitsFor"], activity)
        self.assertEqual(answer["waiting"][0]["kind"], "worker")
        self.assertEqual(answer["nowMillis"], START_MS)

    def test_a_missed_heartbeat_is_exact_while_the_worker_is_silent(self):
        api, clock = self.virtual()
        activity = api.activity("ship")
        machine = api.machine("m", activity_machine(
            "ship", HeartbeatSeconds=60, TimeoutSeconds=600))
        execution = api.start(machine, "x")
        token = api.poll(activity)["taskToken"]
        for _ in range(3):
            clock.do("advance", seconds=59)
            api.server.ask("SendTaskHeartbeat", taskToken=token)
        clock.do("advance", milliseconds=59_999)
        self.assertEqual(api.status(execution), "RUNNING")
        clock.do("advance", milliseconds=1)
        self.assertEqual(api.status(execution), "FAILED")
        timed_out = api.history(execution)[-2]
        self.assertEqual(timed_out["type"], "ActivityTimedOut")
        self.assertEqual(timed_out["timestamp"], START_MS / 1000 + 3 * 59 + 60)
        self.assertEqual(
            api.server.refuse("SendTaskHeartbeat", taskToken=token)[0],
            "TaskTimedOut",
        )

    def test_the_automatic_pace_needs_nobody(self):
        api, clock = self.virtual("--pace", "auto", "--settle", "20ms")
        execution = api.start(api.machine("m", waits(DAY, DAY, 5)), "x")
        done = api.ended(execution)  # Asking does not keep it from ending.
        self.assertEqual(done["stopDate"] - done["startDate"], 2 * DAY + 5)

    def test_the_automatic_pace_stops_at_its_bound(self):
        api, clock = self.virtual()
        loop = {
            "StartAt": "W",
            "States": {
                "W": {"Type": "Wait", "Seconds": 1, "Next": "C"},
                "C": {
                    "Type": "Choice",
                    "Default": "W",
                    "Choices": [
                        {"Variable": "$.stop", "IsPresent": True, "Next": "S"}
                    ],
                },
                "S": {"Type": "Succeed"},
            },
        }
        api.start(api.machine("m", loop), "x")
        clock.do("auto", settleMillis=0, jumpsMax=50)
        answer = wait_until(lambda: "stopped" in clock.show() and clock.show())
        self.assertEqual(answer["pace"], "paused")
        self.assertIn("50 jumps", answer["stopped"])
        self.assertIn("the wait of W in " + ACCOUNT, answer["stopped"])
        self.assertIn("the clock is paused: 50 jumps", api.server.logged())
        answer = clock.do("run", jumpsMax=7)
        self.assertEqual((answer["outcome"], answer["jumps"]), ("jumpsMax", 7))
        self.assertEqual(answer["nowMillis"], START_MS + 57_000)

    def test_time_flows_at_its_rate(self):
        api, clock = self.virtual("--pace", "x1000")
        self.assertEqual(clock.show()["rate"], 1000)
        execution = api.start(api.machine("m", waits(1, 2, 3)), "x")
        done = api.ended(execution)
        # Whenever the request was read: the rest is exact.
        self.assertEqual(round(done["stopDate"] - done["startDate"], 3), 6)
        before = clock.do("pause")["nowMillis"]
        self.assertGreaterEqual(before, START_MS + 6000)
        self.assertEqual(clock.show()["nowMillis"], before)
        self.assertEqual(clock.do("rate", rate=10)["pace"], "running")

    def test_a_poll_waits_in_wall_time(self):
        api, clock = self.virtual("--poll-seconds", "1")
        activity = api.activity("ship")
        begin = time.monotonic()
        self.assertEqual(api.poll(activity), {})
        self.assertGreater(time.monotonic() - begin, 0.9)
        self.assertEqual(clock.show()["nowMillis"], START_MS)
        # A clock that flows fast does not shorten it.
        clock.do("resume", rate=1_000_000)
        begin = time.monotonic()
        self.assertEqual(api.poll(activity), {})
        self.assertGreater(time.monotonic() - begin, 0.9)

    def play(self, seed, options=()):
        """All histories of one script, as bytes."""
        api, clock = self.virtual("--seed", seed, *options)
        activity = api.activity("ship")
        retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10,
                  "MaxAttempts": 3, "JitterStrategy": "FULL"}]
        machine = api.machine("m", activity_machine(
            "ship", HeartbeatSeconds=30, Retry=retry))
        ids = api.machine("ids", {"StartAt": "U", "States": {
            "U": {"Type": "Pass", "Next": "W", "Parameters": {
                "id.$": "States.UUID()"}},
            "W": {"Type": "Wait", "Seconds": 77, "End": True}}})
        executions = [api.start(machine) for _ in range(5)]
        executions += [api.start(ids) for _ in range(5)]
        tokens = [api.poll(activity)["taskToken"] for _ in range(5)]
        for token in tokens[:3]:
            clock.do("advance", seconds=9)
            api.server.ask("SendTaskHeartbeat", taskToken=token)
        api.server.ask("SendTaskSuccess", taskToken=tokens[0], output="1")
        clock.do("run", patienceMillis=0)
        for _ in range(4):
            api.server.ask("SendTaskFailure", taskToken=api.poll(activity)[
                "taskToken"])
            clock.do("jump")
        clock.do("run", patienceMillis=0)
        return [executions, tokens] + [
            api.server.post("GetExecutionHistory", json.dumps(
                {"executionArn": e, "maxResults": 1000}))[2]
            for e in executions
        ]

    def test_the_same_seed_and_script_give_the_same_bytes(self):
        first = self.play(7)
        self.assertEqual(first, self.play(7))
        self.assertEqual(first, self.play(7, ["--durability", "full"]))
        self.assertNotEqual(first, self.play(8))

    def test_time_goes_on_after_a_restart(self):
        for kill in (False, True):
            with self.subTest(kill=kill):
                self.restart(self.folder / f"{kill}.db", kill)

    def restart(self, db, kill):
        api, clock = self.virtual("--seed", "1", db=db)
        activity = api.activity("ship")
        execution = api.start(api.machine("m", waits(10 * DAY)), "x")
        lost = api.start(api.machine("t", activity_machine(
            "ship", TimeoutSeconds=9 * DAY)), "y")
        api.poll(activity)
        clock.do("advance", seconds=4 * DAY)
        if kill:
            api.server.kill()
        else:
            api.server.stop()
        api, clock = self.virtual(db=db)
        answer = clock.show()
        # Wall time that passed while it was away is no virtual time.
        self.assertEqual(answer["nowMillis"], START_MS + 4 * DAY * 1000)
        self.assertEqual(answer["pace"], "paused")
        self.assertEqual(answer["nextTimer"]["kind"], "timeout")
        clock.do("run", patienceMillis=0)
        done = api.ended(execution)
        self.assertEqual(done["stopDate"] - done["startDate"], 10 * DAY)
        done = api.ended(lost)
        self.assertEqual(done["stopDate"] - done["startDate"], 9 * DAY)
        api.server.stop()
        # A later start is a jump; what was due on the way happens at once.
        api, clock = self.virtual(db=db)
        self.assertEqual(clock.show()["nowMillis"], START_MS + 10 * DAY * 1000)
        api.server.stop()
        refused = stepwheel("serve", "--port", 0, "--db", db, "--clock",
                            "virtual:2026-01-02T00:00:00Z")
        self.assertEqual(refused.returncode, 3)
        self.assertIn("cannot go back to 2026-01-02", refused.stderr)

    def test_a_database_from_the_future_is_refused_by_the_system_clock(self):
        server = self.serve("--clock", "virtual:2999-01-01T00:00:00Z")
        self.assertEqual(
            Clock(server).show()["now"], "2999-01-01T00:00:00Z"
        )
        server.stop()
        refused = stepwheel("serve", "--port", 0, "--db", self.db)
        self.assertEqual(refused.returncode, 3)
        self.assertIn("start with --clock virtual", refused.stderr)

    def test_a_database_of_the_system_clock_goes_on_from_now(self):
        server = self.serve()
        Api(server).activity("ship")
        server.stop()
        _, clock = self.virtual(db=self.db)
        age = time.time() - clock.show()["nowMillis"] / 1000
        self.assertLess(abs(age), 60)

    def test_the_command_line(self):
        api, clock = self.virtual()
        api.activity("ship")
        api.start(api.machine("m", waits(DAY)), "x")
        shown = clock.command()
        self.assertEqual(shown.returncode, 0)
        self.assertIn("2026-01-01T00:00:00Z  virtual clock, paused",
                      shown.stdout)
        self.assertIn("wait in W0 of " + ACCOUNT, shown.stdout)
        moved = clock.command("advance", "12h")
        self.assertIn("2026-01-01T12:00:00Z", moved.stdout)
        moved = clock.command("advance", "2026-01-01T18:00:00Z", "--json")
        self.assertEqual(json.loads(moved.stdout)["outcome"], "reached")
        done = clock.command("run")
        self.assertEqual(done.returncode, 0)
        self.assertIn("(1 timer passed)\nIdle: nothing waits", done.stdout)
        api.start(api.machine("t", activity_machine("ship")), "y")
        stuck = clock.command("run", "--patience", "0ms")
        self.assertEqual(stuck.returncode, 6)
        self.assertIn("Idle: 1 task waits for a worker:\n  Work", stuck.stdout)
        self.assertIn("running x1000",
                      clock.command("resume", "x1000").stdout)
        self.assertIn("auto", clock.command("auto", "--settle", "1s").stdout)
        self.assertIn("paused", clock.command("pause").stdout)
        back = clock.command("advance", "2025-01-01T00:00:00Z")
        self.assertEqual(back.returncode, 3)
        self.assertIn("cannot go back", back.stderr)

    def test_the_command_line_says_what_is_wrong(self):
        for arguments, problem in (
            (["puase"], "did you mean pause?"),
            (["advance"], "needs a span or a timestamp"),
            (["advance", "1.5s"], "expected a span such as 90s or 3d, or a"),
            (["resume", "1000"], "expected a rate from x1 to x1000000"),
            (["pause", "3d"], "pause takes no value"),
            (["jump", "--patience", "5s"], "--patience is for auto and run"),
            (["auto", "--settle", "soon"], "--settle: expected a span"),
            (["show", "--endpoint", "ftp://x"], "expected http://HOST:PORT"),
        ):
            with self.subTest(arguments=arguments):
                done = stepwheel("clock", *arguments)
                self.assertEqual(done.returncode, 2)
                self.assertIn(problem, done.stderr)
        gone = stepwheel("clock", "--endpoint", "http://127.0.0.1:1")
        self.assertEqual(gone.returncode, 3)
        for flags, problem in (
            (["--pace", "auto"], "--pace needs --clock virtual"),
            (["--clock", "virtual:soon"], "expected system, virtual or"),
            (["--clock", "virtual", "--pace", "x0"], "expected paused, auto"),
            (["--clock", "virtual", "--settle", "2d"], "at most an hour"),
        ):
            with self.subTest(flags=flags):
                done = stepwheel("serve", "--port", 0, "--db", ":memory:",
                                 *flags)
                self.assertEqual(done.returncode, 2)
                self.assertIn(problem, done.stderr)
        self.assertIn("stepwheel clock advance 3d",
                      stepwheel("clock", "--help").stdout)


class BadRequestTest(ClientTest):
    OPTIONS = ("--clock", "virtual")

    def test_mistakes_are_said_and_move_nothing(self):
        clock = Clock(self.server)
        for action, body, problem in (
            ("advance", "{}", "exactly one of"),
            ("advance", '{"seconds":1,"milliseconds":1}', "exactly one of"),
            ("advance", '{"seconds":-1}', "'seconds' must be a whole number"),
            ("advance", '{"seconds":1.5}', "found 1.5"),
            ("advance", '{"seconds":"1"}', 'found "1"'),
            ("advance", '{"seconds":99999999999999}', "'seconds' must be"),
            ("advance", '{"secs":1}', "unknown member 'secs'; expected"),
            ("advance", '{"to":"tomorrow"}', "must be a timestamp such as"),
            ("advance", '{"to":"2025-12-31T23:59:59Z"}', "cannot go back"),
            ("advance", '{"seconds":', "not valid JSON (line 1"),
            ("advance", "[]", "must be a JSON object, found an array"),
            ("pause", '{"now":true}', "unknown member 'now'; expected none"),
            ("jump", "1", "must be a JSON object, found 1"),
            ("rate", "{}", "'rate' is missing"),
            ("rate", '{"rate":0}', "from 1 to 1000000"),
            ("resume", '{"rate":true}', "found true"),
            ("auto", '{"settleMillis":-1}', "from 0 to 3600000"),
            ("run", '{"jumpsMax":0}', "from 1 to 1000000000"),
        ):
            with self.subTest(action=action, body=body):
                status, headers, answer = self.server.http(
                    "POST", f"/_stepwheel/clock/{action}", body)
                self.assertEqual(status, 400, answer)
                self.assertEqual(headers["Content-Type"], "application/json")
                self.assertIn(problem, json.loads(answer)["message"])
        after = clock.show()
        self.assertEqual((after["nowMillis"], after["pace"]),
                         (START_MS, "paused"))

    def test_addresses_and_methods(self):
        for method, path, status, allow in (
            ("POST", "/_stepwheel/clock", 405, "GET, HEAD"),
            ("GET", "/_stepwheel/clock/pause", 405, "POST"),
            ("POST", "/_stepwheel/clock/stop", 404, None),
            ("POST", "/_stepwheel/clockwork", 404, None),
            ("GET", "/_stepwheel/metrics", 200, None),
            ("POST", "/_stepwheel/metrics", 405, "GET, HEAD"),
        ):
            with self.subTest(method=method, path=path):
                got, headers, _ = self.server.http(method, path)
                self.assertEqual((got, headers["Allow"]), (status, allow))


class SystemClockTest(ClientTest):
    def test_it_cannot_be_moved(self):
        clock = Clock(self.server)
        self.assertEqual(clock.show()["clock"], "system")
        status, answer = clock.post("advance", seconds=1)
        self.assertEqual(status, 409)
        self.assertIn("start with --clock virtual", answer["message"])
        self.assertEqual(clock.command("pause").returncode, 3)

    def test_date_is_told_and_no_virtual_time(self):
        _, headers, _ = self.server.http("GET", "/health")
        self.assertIn("GMT", headers["Date"])
        self.assertNotIn("x-stepwheel-time", headers)

    def test_metrics_count_requests(self):
        self.server.ask("ListActivities")
        self.server.refuse("StopExecution", executionArn="x")
        _, headers, body = self.server.http("GET", "/_stepwheel/metrics")
        self.assertEqual(headers["Content-Type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        lines = body.decode().splitlines()
        self.assertIn('stepwheel_requests_total{operation="ListActivities"'
                      ',error=""} 1', lines)
        self.assertIn('stepwheel_requests_total{operation="StopExecution"'
                      ',error="InvalidArn"} 1', lines)
