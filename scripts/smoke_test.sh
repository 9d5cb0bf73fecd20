#!/bin/sh
# Check that a deployed API is up, guarded and connected to its database: smoke_test.sh URL
set -eu
url=${1:?usage: smoke_test.sh URL}
url=${url%/}

# Print the status of a GET; 000 when there is no answer.
status() {
    curl --silent --output /dev/null --max-time 40 --write-out '%{http_code}' "$url$1" || true
}

expect() {
    got=$(status "$1")
    if [ "$got" != "$2" ]; then
        echo "GET $1: $got instead of $2. $3" >&2
        exit 1
    fi
    echo "GET $1: $got"
}

# The first call is a cold start, and may have to wake a sleeping database.
attempt=1
while [ "$(status /health)" != 200 ] && [ "$attempt" -lt 6 ]; do
    echo "GET /health: not yet ($attempt)" >&2
    attempt=$((attempt + 1))
    sleep 5
done
expect /health 200 "The function's log says why; see docs/operate.md, ErrorsAlarm."
expect /vocabulary 401 "A route must not answer without a token."
expect /no-such-route 404 "Only the template's routes may exist."
echo "$url is up."
