#!/bin/sh
# Make sure that a MariaDB server is there for the tests of live databases: from Debian's packages where none is found.
# The tests start their own server on a folder of their own; nothing is left running, and no service is set up.
set -u
PATH="$PATH:/usr/sbin:/usr/local/sbin"
if command -v mariadbd >/dev/null 2>&1 && command -v mariadb-install-db >/dev/null 2>&1 && command -v mariadb >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    echo "No MariaDB found: installing Debian's (about half a minute)…"
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
    if $as_root apt-get update -qq >/dev/null 2>&1 &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
            mariadb-server-core mariadb-client-core >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "No MariaDB, and it cannot be installed here: the tests of live databases will be reported as skipped."
[ "${CI:-}" != "true" ] || { echo "CI=true: that is a failure."; exit 1; }
