#!/bin/sh
# Generate the clients from docs/openapi.json into clients/build, compile them strictly, and pack
# them: jobmatch-client-VERSION.tgz for npm, jobmatch_client-VERSION-py3-none-any.whl for pip.
set -eu
cd "$(dirname "$0")/../clients"
rm -rf build
mkdir -p build/typescript
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' ../pyproject.toml)

cp typescript/* build/typescript
npx openapi-typescript ../docs/openapi.json --default-non-nullable false \
    -o build/typescript/schema.ts >&2
npx tsc --project build/typescript/tsconfig.json --outDir build/typescript/dist
mv build/typescript/dist/tour.* build/
npm pkg set "version=$version" --prefix build/typescript
npm pack ./build/typescript --pack-destination build --silent

environment=../.venv-clients/bin
"$environment/python" for_python.py >build/openapi.json
PATH="$(cd "$environment" && pwd):$PATH" openapi-python-client generate --path build/openapi.json \
    --meta setup --config python/config.yaml --output-path build/python --fail-on-warning >&2
MYPYPATH=build/python "$environment/python" -m mypy --config-file= --strict \
    --python-version 3.11 python/tour.py >&2
MYPYPATH=build/python "$environment/python" -m mypy --config-file= --strict \
    --python-version 3.11 --package jobmatch_client >&2
"$environment/python" -m pip wheel ./build/python --no-deps --no-build-isolation \
    --wheel-dir build --quiet
ls build/*.tgz build/*.whl
