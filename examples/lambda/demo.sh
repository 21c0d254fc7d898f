#!/usr/bin/env bash
# Packs two orders with a function of 30 lines of Python: one goes through, one
# is refused. Ends with 0 only if that happened.
#
#   STEPWHEEL_BINARY  the binary (default: build/release/stepwheel)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=${STEPWHEEL_BINARY:-$here/../../build/release/stepwheel}
if [[ ! -x $binary ]]; then
  echo "demo: there is no $binary; build it with ./dev build" >&2
  exit 2
fi

exec {function}< <(exec /usr/bin/python3 "$here/function.py" 0)
worker=$!
trap 'kill "$worker"' EXIT
read -r AWS_ENDPOINT_URL_LAMBDA <&"$function"
export AWS_ENDPOINT_URL_LAMBDA
echo "the function listens at $AWS_ENDPOINT_URL_LAMBDA"

echo "an order of 7:"
"$binary" run "$here/machine.asl.json" --input '{"quantity": 7}'
echo "an order of nothing:"
code=0
"$binary" run "$here/machine.asl.json" --input '{"quantity": 0}' || code=$?
if [[ $code != 4 ]]; then  # The execution failed.
  echo "demo: FAILED, the second order should have been refused" >&2
  exit 1
fi
echo "everything as promised"
