#!/usr/bin/python3
"""A worker that answers too late, in ordinary boto3, and one that does not.

    /usr/bin/python3 late.py --endpoint-url http://127.0.0.1:8083
"""

import argparse
import json
import os
import pathlib
import time

import boto3
from botocore.exceptions import ClientError

HERE = pathlib.Path(__file__).parent
ROLE = "arn:aws:iam::123456789012:role/insurance"


def answer(client, who, token, price):
    output = json.dumps({"price": price})
    try:
        client.send_task_success(taskToken=token, output=output)
        print(f"{who} answers {output}: accepted")
    except ClientError as refused:
        error = refused.response["Error"]
        print(f"{who} answers {output}: {error['Code']}")
        print(f"    {error['Message']}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint-url", required=True)
    options = parser.parse_args()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ.setdefault(name, "local")
    client = boto3.client(
        "stepfunctions",
        endpoint_url=options.endpoint_url,
        region_name="us-east-1",
    )
    activity = client.create_activity(name="quote")["activityArn"]
    machine = client.create_state_machine(
        name="Insurance",
        definition=(HERE / "machine.asl.json").read_text(),
        roleArn=ROLE,
    )["stateMachineArn"]
    execution = client.start_execution(stateMachineArn=machine)["executionArn"]
    first = client.get_activity_task(activityArn=activity)["taskToken"]
    print("the first worker takes the task and thinks for 2.5 s")
    time.sleep(2.5)
    answer(client, "the first worker", first, 120)
    second = client.get_activity_task(activityArn=activity)["taskToken"]
    print("the second worker takes the next attempt")
    answer(client, "the first worker", first, 120)
    answer(client, "the second worker", second, 95)
    done = client.describe_execution(executionArn=execution)
    print(f"{done['status']} {done['output']}")


if __name__ == "__main__":
    main()
