#!/bin/sh
# Install a layer's dependencies for Lambda's Python on ARCHITECTURE, each checked against its hash:
# install_wheels.sh REQUIREMENTS FOLDER
# sam's own builder does not check hashes of wheels for another processor than its own.
set -eu
case ${ARCHITECTURE:-} in
    arm64) processor=aarch64 ;;
    x86_64) processor=x86_64 ;;
    *) echo "Build with \`make build\`, which says for which processor." >&2 && exit 1 ;;
esac
python=$("$(dirname "$0")/find_python.sh" 3.13)
# Lambda's glibc is 2.34; pip accepts the platforms that are named here, and no older ones.
exec "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    --only-binary :all: --no-compile --platform "manylinux_2_28_$processor" \
    --platform "manylinux2014_$processor" --target "$2" --requirement "$1"
