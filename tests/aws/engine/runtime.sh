#!/bin/sh
# Run a function as on Lambda: with the packages of its image alone, and with its layers at /opt.
# LAMBDA_PYTHON is the interpreter; MOUNTING the command that gives a process mounts of its own,
# empty where that is forbidden. The emulator has unpacked each layer into a folder that all share.
set -eu
[ -n "${_LAMBDA_LAYERS_DIRS:-}" ] || exec "$LAMBDA_PYTHON" "$@"
opt=${_LAMBDA_LAYERS_DIRS%%:*}
if [ "$opt" != "$_LAMBDA_LAYERS_DIRS" ]; then
    opt=$(mktemp -d)
    IFS=:
    for layer in $_LAMBDA_LAYERS_DIRS; do
        cp -R "$layer/." "$opt"
    done
    unset IFS
fi
# Nobody here has the keys of RDS's own roots.
if [ -n "${AURORA_ROOTS:-}" ]; then
    roots=$opt/python/jobmatch/postgres/certificates/$AWS_REGION.pem
    cmp -s "$AURORA_ROOTS" "$roots" || cp "$AURORA_ROOTS" "$roots"
fi
if [ -z "$MOUNTING" ]; then
    export _LAMBDA_LAYERS_DIRS="$opt" MIGRATIONS_FOLDER="$opt/migrations"
    exec "$LAMBDA_PYTHON" "$@"
fi
export _LAMBDA_LAYERS_DIRS=/opt
exec $MOUNTING sh -ec 'mount --bind "$0" /opt && exec "$@"' "$opt" "$LAMBDA_PYTHON" "$@"
