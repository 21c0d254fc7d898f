"""Connections as workers have them: ten thousand that stay open and beat, some
that send byte by byte, pipelines with mistakes in them, halves that close."""

import json
import resource
import select
import socket
import time
import unittest

from harness import PATIENCE, ClientTest, activity_machine, receive_all
from harness import setUpModule  # noqa: F401

MANY = 10_000
DEPTH = 16


def request(operation, **parameters):
    """The bytes of one call."""
    body = json.dumps(parameters).encode()
    head = (
        "POST / HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/x-amz-json-1.0\r\n"
        f"X-Amz-Target: AWSStepFunctions.{operation}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def split(data):
    """([(status, body)], rest) of the answers in `data`."""
    answers = []
    while (end := data.find(b"\r\n\r\n")) >= 0:
        head = data[:end].lower()
        at = head.index(b"content-length:") + 15
        size = int(head[at:].split(b"\r\n")[0])
        if len(data) < end + 4 + size:
            break
        body = json.loads(data[end + 4:end + 4 + size] or "{}")
        answers.append((int(head.split()[1]), body))
        data = data[end + 4 + size:]
    return answers, data


def answers_of(peer, count):
    """The next `count` answers on a connection."""
    data, answers = b"", []
    while len(answers) < count:
        piece = peer.recv(65536)
        if not piece:
            raise AssertionError(f"closed after {answers}")
        more, data = split(data + piece)
        answers += more
    return answers


class ConnectionsTest(ClientTest):
    OPTIONS = ("--poll-seconds", 5)

    def tokens(self, count):
        """Of so many tasks that beat."""
        activity = self.api.activity(self.name())
        machine = self.api.machine(
            self.name(), activity_machine(self.name(), HeartbeatSeconds=600)
        )
        for _ in range(count):
            self.api.start(machine)
        return [self.api.poll(activity)["taskToken"] for _ in range(count)]

    def connections(self):
        text = self.server.http("GET", "/_stepwheel/metrics")[2].decode()
        return int(
            text.split("\nstepwheel_connections ")[1].split("\n")[0]
        )

    def connect_many(self, count):
        peers = []
        for _ in range(count):
            peer = socket.create_connection(
                ("127.0.0.1", self.server.port), PATIENCE
            )
            self.addCleanup(peer.close)
            peers.append(peer)
        return peers

    def test_ten_thousand_connections_beat_and_stay_open(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MANY + 200
        if hard != resource.RLIM_INFINITY and hard < wanted:
            self.skipTest(f"only {hard} open files are allowed here")
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        beats = [
            request("SendTaskHeartbeat", taskToken=token)
            for token in self.tokens(20)
        ]
        forged = request("SendTaskHeartbeat", taskToken="A" * 48)
        peers = self.connect_many(MANY)
        poll = select.epoll()
        self.addCleanup(poll.close)
        by_number = {peer.fileno(): n for n, peer in enumerate(peers)}
        for number in by_number:
            poll.register(number, select.EPOLLIN)
        for _ in range(2):
            for n, peer in enumerate(peers):
                # One in a hundred has lost its mind, and keeps its connection.
                peer.sendall(forged if n % 100 == 7 else beats[n % 20])
            self.assert_all_answered(poll, peers, by_number)
            self.assertGreaterEqual(self.connections(), MANY)

    def assert_all_answered(self, poll, peers, by_number):
        statuses = {}
        end = time.monotonic() + PATIENCE
        while len(statuses) < MANY and time.monotonic() < end:
            for number, _ in poll.poll(1):
                n = by_number[number]
                (answer,), rest = split(peers[n].recv(4096))
                self.assertEqual(rest, b"")
                self.assertNotIn(n, statuses)
                statuses[n] = answer[0]
        self.assertEqual(
            statuses, {n: 400 if n % 100 == 7 else 200 for n in range(MANY)}
        )

    def test_byte_by_byte_beside_others_in_a_hurry(self):
        beat = request("SendTaskHeartbeat", taskToken=self.tokens(1)[0])
        slow = self.connect_many(20)
        for peer in slow:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        fast = self.connect_many(1)[0]
        longest = 0
        for at in range(len(beat)):
            for peer in slow:
                peer.sendall(beat[at:at + 1])
            begin = time.monotonic()
            fast.sendall(beat)
            self.assertEqual(answers_of(fast, 1), [(200, {})])
            longest = max(longest, time.monotonic() - begin)
        for peer in slow:
            self.assertEqual(answers_of(peer, 1), [(200, {})])
        self.assertLess(longest, 2)

    def pipeline(self):
        """Requests that succeed, wait for a commit, or fail in several ways;
        and what tells each answer from the others."""
        token = self.tokens(1)[0]
        machine = self.api.machine(
            self.name() + "p", activity_machine(self.name())
        )
        requests, expected = [], []
        for n in range(DEPTH):
            arn = f"arn:aws:states:us-east-1:123456789012:activity:no{n}"
            operation, parameters, status, text = (
                ("StartExecution",
                 {"stateMachineArn": machine, "name": f"p{n}"}, 200, f":p{n}"),
                ("SendTaskHeartbeat", {"taskToken": f"x{n}"}, 400,
                 "InvalidToken"),
                (f"No{n}", {}, 400, f"No{n}"),
                ("SendTaskHeartbeat", {"taskToken": token}, 200, "{}"),
                ("DescribeActivity", {"activityArn": arn}, 400, f":no{n}'"),
            )[n % 5]
            requests.append(request(operation, **parameters))
            expected.append((status, text))
        return requests, expected

    def assert_in_order(self, answers, expected):
        self.assertEqual(len(answers), len(expected))
        for (status, body), (wanted, text) in zip(answers, expected):
            self.assertEqual(status, wanted, body)
            self.assertIn(text, json.dumps(body))

    def test_sixteen_ahead_are_answered_in_order_with_mistakes_between(self):
        requests, expected = self.pipeline()
        peer = self.connect_many(1)[0]
        peer.sendall(b"".join(requests))
        self.assert_in_order(answers_of(peer, DEPTH), expected)
        # Torn anywhere, and on the same connection.
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = b"".join(requests[1:5])
        for at in range(0, len(data), 7):
            peer.sendall(data[at:at + 7])
        self.assert_in_order(answers_of(peer, 4), expected[1:5])

    def test_who_closes_one_half_gets_every_answer_it_asked_for(self):
        requests, expected = self.pipeline()
        peer = self.connect_many(1)[0]
        peer.sendall(b"".join(requests))
        peer.shutdown(socket.SHUT_WR)
        answers, rest = split(receive_all(peer))
        self.assertEqual(rest, b"")
        self.assert_in_order(answers, expected)

    def test_half_a_request_and_a_closed_half_is_no_request(self):
        peer = self.connect_many(1)[0]
        name = self.name() + "x"
        peer.sendall(request("CreateActivity", name=name)[:-1])
        peer.shutdown(socket.SHUT_WR)
        answers, _ = split(receive_all(peer))
        self.assertTrue(all(status == 400 for status, _ in answers), answers)
        self.assertNotIn(
            name, str(self.server.ask("ListActivities")["activities"])
        )

    def test_a_poll_whose_half_is_closed_gets_no_task(self):
        activity = self.api.activity(self.name())
        machine = self.api.machine(
            self.name(), activity_machine(self.name())
        )
        gone = self.connect_many(1)[0]
        gone.sendall(request("GetActivityTask", activityArn=activity))
        gone.shutdown(socket.SHUT_WR)
        self.assertNotIn(b"taskToken", receive_all(gone))
        self.api.start(machine)
        self.assertIn("taskToken", self.api.poll(activity))


if __name__ == "__main__":
    unittest.main()
