#!/usr/bin/env bash
# Starts a server on a free port, plays late.py against it, and stops it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

ready=$(mktemp)
stepwheel serve --port 0 --db :memory: --json --log-level off > "$ready" &
server=$!
trap 'kill "$server"; wait "$server"; rm -f "$ready"' EXIT
for _ in {1..100}; do
  [[ -s $ready ]] && break
  sleep 0.1
done
first_url='import json, sys; print(json.load(sys.stdin)["url"])'
url=$(/usr/bin/python3 -c "$first_url" < "$ready")
/usr/bin/python3 late.py --endpoint-url "$url"
