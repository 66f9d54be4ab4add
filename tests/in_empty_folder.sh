#!/usr/bin/env bash
# Runs a command in a fresh folder, and removes the folder whatever came of it.
set -u
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
"$@"
