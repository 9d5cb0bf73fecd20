#!/bin/sh
# The operators' command line, from any folder. The environment has it as .venv/bin/jobmatch.
set -eu
bin=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$bin/../.." && pwd)
export JOBMATCH_STATE="${JOBMATCH_STATE:-$root/.local}"
PYTHONPATH="$root/layers/common:$root" exec "$bin/python" -m cli "$@"
