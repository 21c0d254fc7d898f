"""Runs commands of Debian's AWS CLI in one process, as /usr/bin/aws does.

Reads a JSON list of words a line and answers [exit code, output, errors]. A
process of its own, because the CLI puts its own botocore in front of the SDK's.
"""

import contextlib
import io
import json
import sys

from awscli.clidriver import create_clidriver


def main():
    driver = create_clidriver()
    for line in sys.stdin:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = driver.main(json.loads(line))
        print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)


if __name__ == "__main__":
    main()
