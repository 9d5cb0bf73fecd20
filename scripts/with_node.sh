#!/bin/sh
# Run a command with Node and npm on PATH: the machine's own if they are recent enough, else those
# that a Python package carries: with_node.sh COMMAND...
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)

# What Vite needs: 20.19 or a later 20, or 22.12 and later.
recent() {
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' &&
        npm --version
}

if ! recent >/dev/null 2>&1; then
    "${MAKE:-make}" --silent --no-print-directory -C "$root" .venv-node/ready >&2
    PATH="$root/.venv-node/node:$PATH"
    export PATH
fi
exec "$@"
