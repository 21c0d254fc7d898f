"""Requests that are wrong, large, slow or from elsewhere: each is told so, and
nobody else waits for them."""

import json
import time
import unittest

from harness import ClientTest, code_of, receive_all
from harness import setUpModule  # noqa: F401

MOST = 4 << 20  # The largest body.


class HttpTest(ClientTest):
    def post(self, body, operation="CreateActivity", **headers):
        """(status, code, message) of a POST; `_` in names stands for -."""
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        status, answered, text = self.server.post(operation, body, headers)
        self.assertRegex(answered["x-amzn-RequestId"], r"^[0-9a-f-]{36}$")
        answer = json.loads(text)
        message = answer.get("message", answer.get("Message", ""))
        return status, code_of(answer) if status != 200 else "", message

    def assert_answers(self, expected, text, body, **more):
        status, code, message = self.post(body, **more)
        self.assertEqual((status, code), expected, message)
        self.assertIn(text, message)

    def test_bodies_that_are_not_json(self):
        wrong = (400, "SerializationException")
        for body, text in (
            ("nope", "line 1, column 5"),
            ('{"name": ', "not valid JSON"),
            ("[]", "must be a JSON object"),
            (b"\xff\xfe\x00", "not valid JSON"),
            ('{"name": 5}', "NUMBER_VALUE can not be converted to a String"),
            ('{"a":' * 9999 + "1" + "}" * 9999, "nesting depth"),
        ):
            self.assert_answers(wrong, text, body)

    def test_an_empty_body_is_an_empty_object(self):
        self.assertEqual(self.post("", "ListActivities")[0], 200)

    def test_a_body_that_is_too_large(self):
        large = (413, "RequestEntityTooLargeException")
        self.assert_answers(large, str(MOST), "x" * (MOST + 1))
        # Said before the body is sent, to whom announces it.
        answer = self.server.raw(
            b"POST / HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: 99999999999\r\n\r\n"
        )
        self.assertIn(b" 413 ", answer.splitlines()[0])

    def test_missing_and_wrong_headers(self):
        unknown = (400, "UnknownOperationException")
        for text, headers in (
            ("X-Amz-Target is missing", {"X_Amz_Target": None}),
            ("'Other.X'", {"X_Amz_Target": "Other.X"}),
            ("'AWSStepFunctions.X'", {"X_Amz_Target": "AWSStepFunctions.X"}),
            ("'text/plain'", {"Content_Type": "text/plain"}),
            ("found ''", {"Content_Type": None}),
        ):
            self.assert_answers(unknown, text, "{}", **headers)

    def test_what_is_not_http(self):
        for data, status in (
            (b"garbage\r\n\r\n", b"400"),
            (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", b"400"),
            (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 20000,
             b"431"),
            (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
             b"Transfer-Encoding: chunked\r\n\r\n{}", b"400"),
        ):
            first = self.server.raw(data).split(b"\r\n")[0]
            self.assertEqual(first.split()[1:2], [status], (data[:60], first))

    def test_other_hosts_and_web_pages_are_refused(self):
        denied = (403, "AccessDeniedException")
        name = '{"name": "host"}'
        self.assert_answers(denied, '"evil.test"', name, Host="evil.test")
        for origin in ("http://evil.test", "null", "file://"):
            self.assert_answers(denied, f'"{origin}"', name, Origin=origin)
        self.assertNotIn(
            "host", str(self.server.ask("ListActivities")["activities"])
        )

    def test_local_hosts_and_pages_are_answered(self):
        port = self.server.port
        for headers in (
            {"Host": "localhost"},
            {"Host": f"127.0.0.1:{port}"},
            {"Host": "[::1]:4566"},
            {"Host": f"sync-localhost:{port}"},
            {"Origin": f"http://localhost:{port}"},
        ):
            status, _, message = self.post("{}", "ListActivities", **headers)
            self.assertEqual(status, 200, (headers, message))

    def test_chunks_expectation_and_absolute_form(self):
        head = (
            b"POST http://localhost/ HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/x-amz-json-1.0\r\n"
            b"X-Amz-Target: AWSStepFunctions.ListActivities\r\n"
        )
        body = b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        close = b"Connection: close\r\n"
        self.assertIn(b" 200 ", self.server.raw(head + close + body))
        with self.server.connect() as peer:
            peer.sendall(
                head + close + b"Expect: 100-continue\r\n"
                b"Content-Length: 2\r\n\r\n"
            )
            self.assertIn(b"100 Continue", peer.recv(100))
            peer.sendall(b"{}")
            self.assertIn(b" 200 ", receive_all(peer))

    def test_many_requests_on_one_connection(self):
        one = (
            b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        answer = self.server.raw(one * 99 + last)
        self.assertEqual(answer.count(b"HTTP/1.1 200"), 100)

    def test_slow_clients_hold_up_nobody(self):
        head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
        slow = [self.server.connect() for _ in range(50)]
        for number, peer in enumerate(slow):
            self.addCleanup(peer.close)
            # Some are slow with the headers, some with the body.
            peer.sendall(head + (b"\r\n{" if number % 2 else b"X-A: b"))
        longest, end = 0, time.monotonic() + 2.5
        second = time.monotonic() + 1
        while time.monotonic() < end:
            if time.monotonic() > second:
                second += 1
                for peer in slow:
                    peer.sendall(b" ")
            begin = time.monotonic()
            self.server.ask("ListActivities")
            longest = max(longest, time.monotonic() - begin)
        self.assertLess(longest, 0.5)

    def test_help_and_health_are_gets(self):
        status, _, text = self.server.http("GET", "/")
        self.assertEqual(status, 200)
        self.assertIn(f"--endpoint-url {self.server.url}".encode(), text)
        for path in ("/_stepwheel/health", "/health", "/_localstack/health"):
            status, _, text = self.server.http("GET", path)
            self.assertEqual((status, json.loads(text)["status"]), (200, "ok"))
        self.assertEqual(self.server.http("GET", "/nope")[0], 404)
        status, headers, _ = self.server.http("DELETE", "/")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD, POST"))
        status, _, _ = self.server.http("HEAD", "/_stepwheel/metrics")
        self.assertEqual(status, 200)


if __name__ == "__main__":
    unittest.main()
