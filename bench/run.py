"""Runs the benchmark programs and merges what they measured into one table and
one JSON list. Called by `./dev bench`.

A benchmark program stepwheel_bench_NAME takes `--json FILE` and, for longer
runs, `--full`. It writes a list of rows, one per goal, with the keys id,
yardstick, measured, ratio, goal and pass, and ends with 0 if it could measure,
whether or not the goals are met.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

PREFIX = "stepwheel_bench_"
KEYS = ("id", "yardstick", "measured", "ratio", "goal", "pass")


def find_programs(folder):
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return {
        name[len(PREFIX):]: os.path.join(folder, name)
        for name in names
        if name.startswith(PREFIX) and os.access(os.path.join(folder, name), 1)
    }


def measure(name, program, full):
    """The rows of one program; ends this process if there are none."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "rows.json")
        command = [program, "--json", report] + (["--full"] if full else [])
        code = subprocess.run(command, stdout=sys.stderr).returncode
        if code != 0 or not os.path.exists(report):
            sys.exit(f"./dev bench: {name} ended with {code} and no rows")
        with open(report, encoding="utf-8") as text:
            rows = json.load(text)
    for row in rows:
        missing = [key for key in KEYS if key not in row]
        if missing:
            sys.exit(f"./dev bench: a row of {name} lacks {missing}: {row}")
    return rows


def shown(value):
    if isinstance(value, bool):
        return "pass" if value else "FAIL"
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def print_table(rows):
    table = [KEYS] + [tuple(shown(row[key]) for key in KEYS) for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(KEYS))]
    for line in table:
        cells = (text.ljust(width) for text, width in zip(line, widths))
        print("  ".join(cells).rstrip())


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    programs = find_programs(options.programs)
    for name in options.names:
        if name not in programs:
            known = ", ".join(programs) or "none is built"
            parser.error(f"no benchmark '{name}': expected one of: {known}")
    rows = []
    for name in options.names or programs:
        rows += measure(name, programs[name], options.full)
    print_table(rows)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(rows, out, indent=1)
            out.write("\n")


if __name__ == "__main__":
    main()
