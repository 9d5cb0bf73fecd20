#!/bin/sh
# Make a virtual environment from a file of pinned requirements, with any Python or one version:
# make_environment.sh FOLDER FILE [VERSION]
# uv takes seconds where pip takes a minute; pip is used where uv can't be installed.
# Behind a proxy with an authority of its own only the system's certificates are good, and where the
# system has none only those that uv and pip bring: both are tried.
set -eu
folder=$1
requirements=$2
python=$("$(dirname "$0")/find_python.sh" ${3:+"$3"})
# pip before 24.2 does not look for them.
certificates=$("$python" -c 'import ssl
paths = ssl.get_default_verify_paths()
print(paths.cafile or paths.capath or "")')

# uv refuses to work where it can't keep what it downloads.
[ -n "${UV_CACHE_DIR:-}" ] || [ -w "${HOME:-/nonexistent}" ] || export UV_NO_CACHE=1

install_by_pip() {
    for file in "${PIP_CERT:-}" "$certificates"; do
        env ${file:+"PIP_CERT=$file"} "$folder/bin/python" -m pip install --quiet \
            --disable-pip-version-check --require-hashes --requirement "$@" \
            2>"$folder/install.log" && return
    done
    return 1
}

install_by_uv() {
    for system in "${UV_SYSTEM_CERTS:-true}" false; do
        UV_SYSTEM_CERTS=$system "$folder/bin/uv" pip install --quiet \
            --python "$folder/bin/python" --require-hashes --requirement "$1" \
            2>"$folder/install.log" && return
    done
    return 1
}

echo "Making $folder with $("$python" --version) ..." >&2
rm -rf "$folder"
"$python" -m venv "$folder"
if ! { install_by_pip requirements/uv.txt --only-binary :all: && install_by_uv "$requirements"; }; then
    echo "uv is not available; pip is used, which takes a minute." >&2
    if ! install_by_pip "$requirements"; then
        cat "$folder/install.log" >&2
        echo "The packages of $requirements can't be installed; the lines above say why. Behind a" \
            "proxy set HTTPS_PROXY, and SSL_CERT_FILE to the certificate of its authority." >&2
        exit 1
    fi
fi
touch "$folder/ready"
