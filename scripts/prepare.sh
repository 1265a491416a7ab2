#!/bin/sh
# Makes sure that what the tests need is on this machine: installs it from Debian as
# root, and says what is missing otherwise. Usage: prepare.sh postgres chromium …
set -eu

have_postgres() {
    command -v initdb >/dev/null 2>&1 && return 0
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

have_chromium() { command -v chromium >/dev/null 2>&1; }

need() { # what package
    if "have_$1"; then
        return 0
    fi
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "The tests need $1. Install it: apt-get install $2" >&2
        exit 1
    fi
    echo "Installing $2 for the tests."
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$2" >/dev/null
}

for part in "$@"; do
    case $part in
    postgres) need postgres postgresql-15 ;;
    chromium) need chromium chromium ;;
    *) echo "prepare.sh: unknown part $part" >&2; exit 2 ;;
    esac
done
