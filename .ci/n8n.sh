#!/usr/bin/env bash
# The n8n package: n8n's own linter and scanner, then n8n's own loader and the nodes in a real n8n. What cannot be done
# here is said loudly; what was done and failed, fails.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n*** SKIPPED: %s\n\n' "$1" >&2; }

status=0
npm run lint:n8n || status=$?
if [ "$status" = 3 ]; then
  say "n8n's linter and scanner, because npm could not install them."
elif [ "$status" != 0 ]; then
  exit "$status"
fi

kit=${SMSBRIDGE_TEST_KIT:-}
if [ -z "${N8N_DIR:-}" ] || [ ! -e "$N8N_DIR/node_modules/n8n/bin/n8n" ]; then
  say "the nodes in a real n8n. Set N8N_DIR to a folder in which \`npm install n8n@2.41.1\` was run."
  exit 0
fi
if [ ! -e "$kit/tools/n8n/check-loads.sh" ]; then
  say "the nodes in a real n8n. Set SMSBRIDGE_TEST_KIT to the folder that has tools/n8n."
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm run build:n8n
npm pack --ignore-scripts --silent --pack-destination "$folder" >/dev/null
SMSBRIDGE_TARBALL=$(ls "$folder"/*.tgz)
export SMSBRIDGE_TARBALL
PATH=$PWD/node_modules/.bin:$PATH "$kit/tools/n8n/check-loads.sh" "$SMSBRIDGE_TARBALL" "$N8N_DIR"
npm run test:n8n
