#!/bin/sh
# Make sure that a PostgreSQL server is there for the tests of the records: from Debian's packages where none is found.
# The tests start their own server on a folder of their own; nothing is left running, and no cluster is set up.
set -u
PATH="$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)"
if command -v postgres >/dev/null 2>&1 && command -v initdb >/dev/null 2>&1 && command -v psql >/dev/null 2>&1; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    echo "No PostgreSQL found: installing Debian's (about half a minute)…"
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
    export DEBIAN_FRONTEND=noninteractive
    if $as_root apt-get update -qq >/dev/null 2>&1 &&
        $as_root apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null 2>&1 &&
        $as_root sed -i 's/^#\{0,1\}create_main_cluster.*/create_main_cluster = false/' \
            /etc/postgresql-common/createcluster.conf &&
        $as_root apt-get install -y -qq --no-install-recommends postgresql >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "No PostgreSQL, and it cannot be installed here: the tests of records in PostgreSQL will be reported as skipped."
[ "${CI:-}" != "true" ] || { echo "CI=true: that is a failure."; exit 1; }
