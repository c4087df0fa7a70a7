#!/usr/bin/env bash
# The two commands of README.md as a newcomer meets them: a clean clone, an empty HOME, no rights, one Node.
#   .ci/fresh.sh [folder with node and npm]     default: where node is now
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
node_folder=${1:-$(dirname "$(command -v node)")}
folder=$(mktemp -d)
server=''
finish() {
  [ -z "$server" ] || kill -TERM "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

git clone --quiet "$repository" "$folder/smsbridge"
mkdir "$folder/home" "$folder/bin"
for tool in node npm npx; do ln -s "$node_folder/$tool" "$folder/bin/$tool"; done
user=()
# A network with a certificate authority of its own says so by this variable.
trust=(${NODE_EXTRA_CA_CERTS:+"NODE_EXTRA_CA_CERTS=$NODE_EXTRA_CA_CERTS"})
if [ "$(id -u)" = 0 ]; then
  chown -R nobody "$folder"
  user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
fresh() {
  cd "$folder/smsbridge"
  exec "${user[@]}" env -i HOME="$folder/home" PATH="$folder/bin:/usr/bin:/bin" TMPDIR=/tmp "${trust[@]}" "$@"
}

echo "== Node $("$node_folder/node" --version), user $("${user[@]}" id -un)"
(fresh npm install --no-audit --no-fund)

echo '== npm start'
fresh env PORT=18080 SIMULATOR_PORT=12775 METRICS_PORT=0 npm start >"$folder/out" 2>"$folder/err" &
server=$!
for _ in $(seq 1 300); do
  curl -fsS http://127.0.0.1:18080/readyz >/dev/null 2>&1 && break
  kill -0 "$server" || { cat "$folder/out" "$folder/err"; exit 1; }
  sleep 0.2
done
key=$(sed -n 's/.*Test key *\(sk_test_[A-Za-z0-9_]*\).*/\1/p' "$folder/out")
id=$(curl -fsS http://127.0.0.1:18080/v1/messages/send -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
  -d '{"to":"+14155552671","from":"CartBoss","body":"Hi there! Your order #1234 has been shipped and is on its way."}' |
  sed -n 's/.*"message_id":"\([^"]*\)".*/\1/p')
for _ in $(seq 1 50); do
  status=$(curl -fsS "http://127.0.0.1:18080/v1/messages/$id" -H "Authorization: Bearer $key" | sed -n 's/^{"status":"\([a-z]*\)".*/\1/p')
  [ "$status" = delivered ] && break
  sleep 0.2
done
echo "the first text: $status"
[ "$status" = delivered ]
kill -TERM "$server"
wait "$server" || { cat "$folder/err"; exit 1; }
server=''

echo '== npm test'
(fresh npm test)
