#!/bin/sh
# All gates of the published agent:
#
#     run.sh AGENT ESXSIM
set -eu
agent=$(realpath "${1:?agent}")
esxsim=$(realpath "${2:?esxsim}")
cd "$(dirname "$0")"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

gate() {
    echo "== $1"
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

overrides() {
    cc -O2 -std=gnu11 -Wall -Wextra -Werror -o "$scratch/overrides" overrides-test.c ../../src/HostAgent/Native/overrides.c -lpthread && "$scratch/overrides"
}

mathematics() {
    cc -O2 -std=gnu11 -Wall -Wextra -Werror -o "$scratch/mathematics" math-test.c -lm && "$scratch/mathematics"
}

gate 'versions of the C library' ./symbols.sh "$agent"
gate 'size' ./size.sh "$agent"
gate 'overrides' overrides
gate 'mathematics' mathematics
gate 'constructors' ./constructors.sh "$agent" "$esxsim"
gate 'profile of VMkernel' ./profile.sh "$agent" "$esxsim"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
