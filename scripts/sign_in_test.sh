#!/bin/sh
# Check that people can begin to sign in: sign_in_test.sh PAGE
# Nobody signs in, because a user's password would be worth stealing. The pool's own page must know
# the console's client and where to send people back, which is all that a deployment can break.
set -eu
page=${1-}
case $page in
    http*) ;;
    *) echo "There is no console: people sign in elsewhere." && exit 0 ;;
esac
config=$(curl --silent --fail --max-time 40 "${page}config.json")
of() { echo "$config" | sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }
domain=$(of domain)
asked="$domain/oauth2/authorize?response_type=code&client_id=$(of clientId)&redirect_uri=$page&scope=openid"

# A new domain takes a minute to be known.
attempt=1
while :; do
    got=$(curl --silent --output /dev/null --max-time 40 --write-out '%{http_code} %{redirect_url}' "$asked" || true)
    case $got in
        "200 "* | "302 "*/login*) echo "$domain: people can sign in" && exit 0 ;;
    esac
    [ "$attempt" -lt "${ATTEMPTS:-12}" ] || break
    attempt=$((attempt + 1))
    sleep "${PAUSE:-10}"
done
echo "GET $asked: $got. The client or its addresses are wrong; see templates/identity.yaml." >&2
exit 1
