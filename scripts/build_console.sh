#!/bin/sh
# Build the console if a source has changed; where that fails, say why in one line, and succeed all
# the same: the API needs no page.
set -u
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! "${MAKE:-make}" --silent --no-print-directory console/dist/index.html >"$log" 2>&1; then
    # npm names the reason first; the last line says where it keeps its log.
    reason=$(sed -n 's/^npm error code /npm: /p' "$log" | head -n 1)
    [ -n "$reason" ] || reason=$(grep -v '^make' "$log" | tail -n 1)
    built="There is no page"
    [ ! -e console/dist/index.html ] || built="The page is an earlier build"
    echo "$built, because its build failed ($reason); make console shows all." >&2
fi
