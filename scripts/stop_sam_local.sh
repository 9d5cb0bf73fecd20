#!/bin/sh
# End what `make sam-local` has started, and remove its folder.
set -eu
folder=$(cd "$(dirname "$0")/.." && pwd)/.sam-local
[ -d "$folder" ] || exit 0
for file in "$folder/relay.pid" "$folder/podman.pid"; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    # The number may be that of another process by now.
    if [ -r "/proc/$pid/cmdline" ] && grep -q 'sam.local' "/proc/$pid/cmdline"; then
        kill "$pid"
    fi
done
# Podman keeps its storage mounted.
for mount in $(awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' /proc/mounts 2>/dev/null); do
    umount -l "$mount"
done
rm -rf "$folder"
