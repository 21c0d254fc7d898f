"""Runs the cases recorded from AWS and compares them with the list of cases
that Stepwheel is known to pass. Called by `./dev conformance`.

A listed case that fails is run once more, because some cases depend on real
time; if it fails again, the exit code is 1. Cases that pass and are not listed
are gains: `--update` adds them. It never takes a case off the list.
"""

import argparse
import collections
import json
import os
import subprocess
import sys

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "passing.txt")
# What cases need besides the services that the runner itself plays.
SUPPORTS = "aws-sdk:sfn"
HEAD = """\
# The cases recorded from AWS that Stepwheel passes, as group/id. CI fails if
# one of them fails twice in a row. `./dev conformance --update` adds gains;
# taking a case off the list is a decision, made by hand and explained in the
# commit.
"""


def read_list():
    if not os.path.exists(LIST):
        return set()
    with open(LIST, encoding="utf-8") as lines:
        names = (line.strip() for line in lines)
        return {name for name in names if name and not name.startswith("#")}


def write_list(names):
    with open(LIST, "w", encoding="utf-8") as out:
        out.write(HEAD + "".join(name + "\n" for name in sorted(names)))


def run(options, name, only):
    """Runs the cases `only` (all if empty): {"group/id": result}."""
    report = os.path.join(options.output, name + ".json")
    if os.path.exists(report):
        os.remove(report)
    server = (
        f"{os.path.abspath(options.binary)} serve --port {{port}} "
        f"--db :memory: --poll-seconds {options.poll_seconds} --log-level warn"
    )
    command = [sys.executable, options.runner, "--server-cmd", server]
    command += ["--json", report, "--jobs", str(options.jobs)]
    command += ["--mock-config", os.path.join(options.output, name + ".mocks")]
    command += ["--supports", SUPPORTS]
    for case in only:
        command += ["--only", case]
    log_path = os.path.join(options.output, name + ".log")
    with open(log_path, "w", encoding="utf-8") as log:
        code = subprocess.run(
            command, stdout=log, stderr=log, timeout=options.timeout
        ).returncode
    if not os.path.exists(report):
        with open(log_path, encoding="utf-8") as log:
            tail = "".join(log.readlines()[-15:])
        sys.exit(f"The runner ended with {code} and no report:\n{tail}")
    with open(report, encoding="utf-8") as text:
        results = json.load(text)["results"]
    return {f"{r['group']}/{r['id']}": r for r in results}


def print_table(results):
    groups = collections.defaultdict(collections.Counter)
    for result in results.values():
        groups[result["group"]][result["result"]] += 1
    print(f"{'group':26}{'passing':>9}{'failing':>9}{'skipped':>9}")
    total = collections.Counter()
    for group, counts in sorted(groups.items()):
        total += counts
        print_row(group, counts)
    print_row("all", total)


def print_row(name, counts):
    print(
        f"{name:26}{counts['passed']:>9}{counts['failed']:>9}"
        f"{counts['skipped']:>9}"
    )


def explain(name, result):
    print(f"LOST {name}")
    for difference in result.get("diff", [])[:6]:
        print(f"    {difference[:300]}")


def lost_cases(options, listed, results):
    """Listed cases that failed now and once more."""
    suspects = sorted(
        name
        for name in listed
        if name in results and results[name]["result"] == "failed"
    )
    if not suspects:
        return []
    print(f"Running once more what is listed and failed: {len(suspects)}")
    again = run(options, "again", suspects)
    lost = [n for n in suspects if again.get(n, {}).get("result") != "passed"]
    for name in lost:
        explain(name, again.get(name, results[name]))
    for name in sorted(set(suspects) - set(lost)):
        print(f"Passed at the second attempt: {name}")
    return lost


def update(listed, gains, lost):
    if gains:
        write_list(listed | set(gains))
        print(f"Added to {os.path.relpath(LIST)}: {len(gains)}")
    for name in lost:
        print(f"To be taken off by hand, if that is right: {name}")


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="./dev conformance", description=__doc__
    )
    parser.add_argument("--runner", required=True, help="path of run.py")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--output", required=True, help="folder of the logs")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--listed", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--jobs", type=int, default=32)
    parser.add_argument("--poll-seconds", type=int, default=60)
    parser.add_argument("--timeout", type=float, default=1000)
    return parser.parse_args()


def main():
    options = parse_arguments()
    os.makedirs(options.output, exist_ok=True)
    listed = read_list()
    only = options.only + (sorted(listed) if options.listed else [])
    if options.listed and not listed:
        print("The list is empty: nothing to run.")
        return 0
    results = run(options, "all", only)
    print_table(results)
    passed = {n for n, r in results.items() if r["result"] == "passed"}
    gains = sorted(passed - listed)
    lost = lost_cases(options, listed, results)
    if not only:
        lost += sorted(name for name in listed if name not in results)
    print(f"Listed: {len(listed)}; lost: {len(lost)}; gained: {len(gains)}")
    if options.update:
        update(listed, gains, lost)
    elif gains:
        print("./dev conformance --update lists the gains.")
    return 1 if lost else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.TimeoutExpired as error:
        sys.exit(f"The recorded cases did not end within {error.timeout:g} s.")
