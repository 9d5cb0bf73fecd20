#!/bin/sh
# Make a virtual environment from a file of pinned requirements, with any Python or one version:
# make_environment.sh FOLDER FILE [VERSION]
# uv takes seconds where pip takes a minute; pip is used where uv can't be installed.
set -eu
folder=$1
requirements=$2
python=$("$(dirname "$0")/find_python.sh" ${3:+"$3"})

echo "Making $folder with $("$python" --version) ..." >&2
rm -rf "$folder"
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    --only-binary :all: --requirement requirements/uv.txt || echo "uv is not available; pip is used." >&2
if [ -x "$folder/bin/uv" ]; then
    "$folder/bin/uv" pip install --quiet --python "$folder/bin/python" --require-hashes \
        --requirement "$requirements" && touch "$folder/ready" && exit 0
fi
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    --requirement "$requirements"
touch "$folder/ready"
