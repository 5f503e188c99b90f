#!/bin/sh
# Make sure that a Chromium is there for the browser tests: from Debian's packages where none is found.
set -u
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium found: installing Debian's (about a minute)…"
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
    if $as_root apt-get update -qq >/dev/null 2>&1 &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "No Chromium, and it cannot be installed here: the browser tests will be reported as skipped."
[ "${CI:-}" != "true" ] || { echo "CI=true: that is a failure."; exit 1; }
