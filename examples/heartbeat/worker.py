#!/usr/bin/python3
"""An activity worker as one writes it for AWS: it polls, beats and succeeds.

Nothing here knows Stepwheel: without --endpoint-url it works for AWS.

    /usr/bin/python3 worker.py --endpoint-url http://127.0.0.1:8083
"""

import argparse
import json
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionError as NoConnection,
    HTTPClientError,
)

ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:ship"


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="Works on the tasks of one activity."
    )
    parser.add_argument(
        "--endpoint-url", help="where Stepwheel listens (default: AWS)"
    )
    parser.add_argument(
        "--activity-arn", default=ACTIVITY, help="default: %(default)s"
    )
    parser.add_argument("--name", default="worker", help="shown in histories")
    parser.add_argument(
        "--beats", type=int, default=4, help="heartbeats in one task (4)"
    )
    parser.add_argument(
        "--beat-every",
        type=float,
        default=0.5,
        metavar="SECONDS",
        help="the work between two heartbeats (0.5)",
    )
    parser.add_argument(
        "--silent-first",
        action="store_true",
        help="take the first task and never speak of it again",
    )
    parser.add_argument(
        "--tasks", type=int, default=0, help="leave after so many (0: never)"
    )
    return parser.parse_args()


def connect(endpoint_url):
    # The SDK wants a region and keys; a local server takes any.
    if endpoint_url:
        os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")
    # A poll is answered after 60 s at the latest: wait longer than that.
    config = Config(read_timeout=65, retries={"max_attempts": 0})
    return boto3.client(
        "stepfunctions", endpoint_url=endpoint_url, config=config
    )


class Worker:
    def __init__(self, options):
        self.options = options
        self.client = connect(options.endpoint_url)

    def say(self, text):
        print(f"    {self.options.name}: {text}", flush=True)

    def call(self, operation, **parameters):
        """Calls until the server answers: it may be starting again."""
        while True:
            try:
                return getattr(self.client, operation)(**parameters)
            except (NoConnection, HTTPClientError) as error:
                # Nobody there, or the connection broke off.
                self.say(f"no answer ({type(error).__name__}), trying again")
                time.sleep(0.3)

    def work(self, token, order):
        for beat in range(self.options.beats):
            time.sleep(self.options.beat_every)
            self.call("send_task_heartbeat", taskToken=token)
            self.say(f"beat {beat + 1}")
        result = {"order": order, "carrier": self.options.name}
        self.call(
            "send_task_success", taskToken=token, output=json.dumps(result)
        )
        self.say("done")

    def run(self):
        """Takes tasks; the exit code is 0 once there were enough."""
        done, silent = 0, self.options.silent_first
        while not self.options.tasks or done < self.options.tasks:
            task = self.call(
                "get_activity_task",
                activityArn=self.options.activity_arn,
                workerName=self.options.name,
            )
            token = task.get("taskToken")
            if not token:  # Nothing to do for 60 s: ask again.
                continue
            order = json.loads(task["input"]).get("order")
            self.say(f"took order {order}")
            if silent:
                silent = False
                self.say("goes silent: no heartbeat, no result")
                continue
            try:
                self.work(token, order)
                done += 1
            except ClientError as error:
                # The task timed out, or its execution was stopped: drop it.
                self.say(f"lost its task: {error.response['Error']['Code']}")
        return 0


if __name__ == "__main__":
    try:
        raise SystemExit(Worker(parse_arguments()).run())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
