#!/bin/sh
# Print the path of a Python that runs: 3.13 (Lambda's) if there is one, else any from 3.11 on.
# With a version as argument: that version only.
# pyenv may put shims of versions on PATH that are installed but not selected. So a candidate counts
# only if it runs, and pyenv's own folders are searched too.
set -u

usable() {
    "$1" -c '
import sys, venv, ensurepip
wanted = sys.argv[1] if len(sys.argv) > 1 else ""
version = "%d.%d" % sys.version_info[:2]
sys.exit(0 if (version == wanted if wanted else sys.version_info >= (3, 11)) else 1)
' ${2:+"$2"} >/dev/null 2>&1
}

for version in ${1:-3.13 3.14 3.12 3.11 3}; do
    for candidate in "python$version" \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}/versions/$version".*/bin/python3 \
        "/opt/homebrew/bin/python$version" "/usr/local/bin/python$version"; do
        if usable "$candidate" "${1:-}"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            exit 0
        fi
    done
done
if [ -n "${1:-}" ]; then
    echo "jobmatch needs Python $1 for this, which was not found on PATH or among pyenv's." >&2
else
    echo "jobmatch needs Python 3.11 or newer, with venv; none was found." >&2
fi
exit 1
