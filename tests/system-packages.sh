#!/usr/bin/env bash
# Installs the distribution's packages that tests need, when it may; else says in one line what to install.
set -u
missing=()
command -v git >/dev/null || missing+=(git)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v chromium >/dev/null || missing+=(chromium)
command -v faketime >/dev/null || missing+=(faketime)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]}"
  apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1
fi
for name in "${missing[@]}"; do
  command -v "$name" >/dev/null || { echo "the tests need ${missing[*]}: apt-get install ${missing[*]}"; exit 1; }
done
