#!/bin/sh
# Make a virtual environment from a file of pinned requirements, with any Python or a certain one:
# make_environment.sh FOLDER FILE [VERSION]
# uv installs in seconds what takes pip a minute; where uv can't be had, pip does it.
set -eu
folder=$1
requirements=$2
python=$("$(dirname "$0")/find_python.sh" ${3:+"$3"})

echo "Making $folder with $("$python" --version) ..." >&2
rm -rf "$folder"
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    --only-binary :all: --requirement requirements/uv.txt || echo "No uv here; pip it is." >&2
if [ -x "$folder/bin/uv" ]; then
    "$folder/bin/uv" pip install --quiet --python "$folder/bin/python" --require-hashes \
        --requirement "$requirements" && touch "$folder/ready" && exit 0
fi
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    --requirement "$requirements"
touch "$folder/ready"
