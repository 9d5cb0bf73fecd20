#!/bin/sh
# Run a function as on Lambda: with the packages of its image alone, and with its layers at /opt.
# LAMBDA_PYTHON is the interpreter; MOUNTING the command that gives a process mounts of its own,
# empty where that is forbidden. The emulator has unpacked the layers for this process.
set -eu
[ -n "${_LAMBDA_LAYERS_DIRS:-}" ] || exec "$LAMBDA_PYTHON" "$@"
opt=${_LAMBDA_LAYERS_DIRS%%:*}
others=${_LAMBDA_LAYERS_DIRS#"$opt"}
IFS=:
for layer in $others; do
    [ -z "$layer" ] || cp -R "$layer/." "$opt"
done
unset IFS
# Nobody here has the keys of RDS's own roots.
[ -z "${AURORA_ROOTS:-}" ] ||
    cp "$AURORA_ROOTS" "$opt/python/jobmatch/postgres/certificates/$AWS_REGION.pem"
if [ -z "$MOUNTING" ]; then
    export _LAMBDA_LAYERS_DIRS="$opt" MIGRATIONS_FOLDER="$opt/migrations"
    exec "$LAMBDA_PYTHON" "$@"
fi
export _LAMBDA_LAYERS_DIRS=/opt
exec $MOUNTING sh -ec 'mount --bind "$0" /opt && exec "$@"' "$opt" "$LAMBDA_PYTHON" "$@"
