#!/usr/bin/env bash
# Plays this example against a real server and checks every promise that it
# makes: ends with 0 only if all were kept. `./dev demo` builds and runs it.
#
#   STEPWHEEL_BINARY  the binary (default: build/release/stepwheel)
#   PYTHON            an interpreter with boto3 (default: /usr/bin/python3)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=${STEPWHEEL_BINARY:-$here/../../build/release/stepwheel}
python=${PYTHON:-/usr/bin/python3}

if [[ ! -x $binary ]]; then
  echo "demo: there is no $binary; build it with ./dev build" >&2
  exit 2
fi
if ! "$python" -c 'import boto3' 2> /dev/null; then
  echo "demo: $python has no boto3; install Debian's python3-boto3" >&2
  exit 2
fi
exec "$python" "$here/demo.py" --binary "$(realpath "$binary")" "$@"
