#!/bin/sh
# Check that a deployed API is up, guarded, connected to its database, and open to the pages of an
# origin, and that the console is there and may call the API: smoke_test.sh URL [ORIGIN [PAGE]]
set -eu
url=${1:?usage: smoke_test.sh URL [ORIGIN [PAGE]]}
origin=${2:-}
page=${3:-}
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
if [ -n "$origin" ]; then
    # As a browser asks before it calls; a header's name may come in capitals, a line ends in CR.
    allowed=$(curl --silent --max-time 40 --output /dev/null --dump-header - --request OPTIONS \
        --header "Origin: $origin" --header "Access-Control-Request-Method: POST" "$url/jobs" |
        tr -d '\r' | sed -n 's/^[Aa]ccess-[Cc]ontrol-[Aa]llow-[Oo]rigin: //p')
    if [ "$allowed" != "$origin" ]; then
        echo "OPTIONS /jobs: pages of $origin may not call, only '$allowed'. See CorsOrigins." >&2
        exit 1
    fi
    echo "OPTIONS /jobs: pages of $origin may call"
fi
if [ -n "$page" ]; then
    answer=$(curl --silent --max-time 40 --include "$page" | tr -d '\r')
    case $answer in
        HTTP/*" 200"*'id="app"'*) ;;
        *) echo "GET $page: not the console. See docs/operate.md." >&2 && exit 1 ;;
    esac
    api=$(curl --silent --max-time 40 "${page}config.json" | sed -n 's/.*"apiUrl": *"\([^"]*\)".*/\1/p')
    policy=$(echo "$answer" | sed -n 's/^[Cc]ontent-[Ss]ecurity-[Pp]olicy: //p')
    case $policy in
        *"connect-src 'self' ${api:-none} "*) ;;
        *) echo "GET $page: may not call '$api', only: $policy. Deploy again." >&2 && exit 1 ;;
    esac
    echo "GET $page: 200, and may call $api"
fi
echo "$url is up."
