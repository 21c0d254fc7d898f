"""1,000 workers wait for tasks of one activity, and no more; half of them leave
while they wait: every task reaches a live one, once."""

import asyncio
import json
import resource
import unittest

from harness import PATIENCE, Api, ClientTest, activity_machine
from harness import setUpModule  # noqa: F401

POLLERS = 1000
HEAD = (
    "POST / HTTP/1.1\r\nHost: localhost\r\n"
    "Content-Type: application/x-amz-json-1.0\r\n"
    "X-Amz-Target: AWSStepFunctions.{}\r\nContent-Length: {}\r\n\r\n"
)


def setUpModule():  # noqa: F811
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * POLLERS
    if soft < wanted <= hard or hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


class Peer:
    """One connection that speaks for one worker."""

    @classmethod
    async def open(cls, port):
        peer = cls()
        peer.reader, peer.writer = await asyncio.open_connection(
            "127.0.0.1", port
        )
        return peer

    def send(self, operation, **parameters):
        body = json.dumps(parameters)
        head = HEAD.format(operation, len(body))
        self.writer.write((head + body).encode())

    async def answer(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        body = json.loads(await self.reader.readexactly(length))
        return int(head.split()[1]), body

    async def ask(self, operation, **parameters):
        self.send(operation, **parameters)
        status, body = await self.answer()
        if status != 200:
            raise AssertionError(f"{operation}: {status} {body}")
        return body


class PollersTest(ClientTest):
    OPTIONS = ("--poll-seconds", 25)

    def setUp(self):
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < POLLERS + 100:
            self.skipTest(f"only {soft} open files are allowed here")
        self.arn = self.api.activity(self.name())
        self.machine = self.api.machine(
            self.name(), activity_machine(self.name())
        )

    def play(self, coroutine):
        return asyncio.run(asyncio.wait_for(coroutine, 2 * PATIENCE))

    async def pollers(self, count):
        peers = []
        for _ in range(count // 50):
            peers += await asyncio.gather(
                *(Peer.open(self.server.port) for _ in range(50))
            )
        for peer in peers:
            peer.send("GetActivityTask", activityArn=self.arn)
            await peer.writer.drain()
        await self.until_waiting(count)
        return peers

    async def until_waiting(self, count):
        while True:
            text = self.server.http("GET", "/_stepwheel/health")[2]
            if json.loads(text)["pollers"] == count:
                return
            await asyncio.sleep(0.02)

    def close(self, peers, abruptly):
        for peer in peers:
            if abruptly:
                peer.writer.transport.abort()
            else:
                peer.writer.close()

    async def work(self, peer):
        """Takes one task and finishes it; its input."""
        status, task = await peer.answer()
        if status != 200 or "taskToken" not in task:
            raise AssertionError(f"a live poller got {status} {task}")
        await peer.ask(
            "SendTaskSuccess", taskToken=task["taskToken"], output="1"
        )
        return json.loads(task["input"])["n"]

    async def start(self, numbers):
        peer = await Peer.open(self.server.port)
        arns = []
        for n in numbers:
            answer = await peer.ask(
                "StartExecution",
                stateMachineArn=self.machine,
                input=json.dumps({"n": n}),
            )
            arns.append(answer["executionArn"])
        peer.writer.close()
        return arns

    def test_one_more_is_refused_until_one_leaves(self):
        self.play(self.one_too_many())

    async def one_too_many(self):
        peers = await self.pollers(POLLERS)
        late = await Peer.open(self.server.port)
        late.send("GetActivityTask", activityArn=self.arn)
        status, body = await late.answer()
        self.assertEqual(status, 400, body)
        self.assertIn("ActivityWorkerLimitExceeded", json.dumps(body))
        self.close([peers.pop()], abruptly=True)
        await self.until_waiting(POLLERS - 1)
        late.send("GetActivityTask", activityArn=self.arn)
        await self.until_waiting(POLLERS)
        self.close(peers + [late], abruptly=False)
        await self.until_waiting(0)

    def test_half_of_them_leave_and_every_task_reaches_a_live_one(self):
        self.play(self.leave_and_start())

    async def leave_and_start(self):
        peers = await self.pollers(POLLERS)
        # Between each two that stay is one that leaves, by FIN or by RST.
        live, gone = peers[::2], peers[1::2]
        works = [asyncio.ensure_future(self.work(peer)) for peer in live]
        self.close(gone[::2], abruptly=False)
        self.close(gone[1::2], abruptly=True)
        await asyncio.sleep(0)
        # Nobody waits for the server to notice: the starts are on their heels.
        numbers = list(range(len(live)))
        arns = await self.start(numbers)
        self.assertEqual(sorted(await asyncio.gather(*works)), numbers)
        for arn in arns[:3] + arns[-3:]:
            self.assertEqual(self.api.ended(arn)["status"], "SUCCEEDED")
        self.close(live, abruptly=False)


if __name__ == "__main__":
    unittest.main()
