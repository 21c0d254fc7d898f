#!/usr/bin/env bash
# Installs AWS's Lambda runtime interface emulator and its runtime clients for
# Python and Node below build/lambda-rie, for tests/clients/lambda_rie_test.py.
set -euo pipefail

emulator=v0.0.0-20261030222936-bef5c4ba774d
python_client=4.2.2 node_client=4.0.2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
folder=$root/build/lambda-rie

if [[ ${1:-} == --help ]]; then
  cat <<END
Usage: tests/clients/lambda_rie/install.sh

Installs below build/lambda-rie what tests/clients/lambda_rie_test.py needs and
what is not part of Debian 12:

  aws-lambda-rie   the emulator, by 'go install' (Go 1.24 or newer)
  awslambdaric     Lambda's runtime client for Python, by pip
  aws-lambda-ric   the same for Node (20 or newer), by npm

What cannot be installed is named, and its tests are skipped. The exit code is
the number of those. Example:

  tests/clients/lambda_rie/install.sh && ./dev test
END
  exit 0
fi
[[ $# -eq 0 ]] || { echo "install.sh: takes only --help" >&2; exit 2; }

missing=0
lacks() {
  printf 'install.sh: no %s: %s\n' "$1" "$2" >&2
  missing=$((missing + 1))
}
mkdir -p "$folder"

module=github.com/aws/aws-lambda-runtime-interface-emulator
if [[ -x $folder/bin/aws-lambda-rie ]]; then
  echo "aws-lambda-rie is there"
elif ! command -v go > /dev/null; then
  lacks aws-lambda-rie "go is not installed"
elif ! GOBIN=$folder/bin go install "$module/cmd/aws-lambda-rie@$emulator"; then
  lacks aws-lambda-rie "go install failed"
fi

if [[ -x $folder/python/bin/python ]] &&
  "$folder/python/bin/python" -c 'import awslambdaric' 2> /dev/null; then
  echo "awslambdaric is there"
elif ! { python3 -m venv "$folder/python" &&
  "$folder/python/bin/pip" install -q "awslambdaric==$python_client"; }; then
  lacks awslambdaric "pip could not install it (Debian: python3-venv)"
fi

if [[ -f $folder/node/node_modules/aws-lambda-ric/package.json ]]; then
  echo "aws-lambda-ric is there"
elif ! command -v npm > /dev/null; then
  lacks aws-lambda-ric "npm is not installed"
elif ! npm install --prefix "$folder/node" --no-audit --no-fund --silent \
  "aws-lambda-ric@$node_client"; then
  lacks aws-lambda-ric "npm could not install it"
fi
exit "$missing"
