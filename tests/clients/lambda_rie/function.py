"""The function that lambda_rie_test.py runs in the emulator; function.js does
the same. The event says what it is to do."""

import os
import time

calls = 0


def handler(event, context):
    global calls
    calls += 1
    if "raise" in event:
        raise ValueError(event["raise"])
    if calls <= event.get("fail_until_call", 0):
        raise ValueError(f"call {calls}")
    if "exit" in event:
        os._exit(event["exit"])
    time.sleep(event.get("sleep", 0))
    if "size" in event:
        return "x" * event["size"]
    return {"event": event, "calls": calls}
