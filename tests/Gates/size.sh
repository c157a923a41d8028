#!/bin/sh
# The agent must stay small:
#
#     size.sh PROGRAM [LIMIT]        LIMIT: bytes, 2000000 unless given
#
# Fails above the limit. Fails also for parts of the runtime that one careless call links in, as long as the symbols lie beside the program; docs/esxi.md
# tells how to find the call.
set -eu

program=${1:?program}
limit=${2:-2000000}
failed=0

size=$(wc -c <"$program")
echo "$size bytes of at most $limit"
if [ "$size" -gt "$limit" ]; then
    echo "FAILED the program is $((size - limit)) bytes too large"
    failed=1
fi

linked() {
    if nm "$program.dbg" | grep -q "$1"; then
        echo "FAILED $2 is linked in"
        failed=1
    fi
}

if [ -e "$program.dbg" ]; then
    linked S_P_TypeLoader_Internal_Runtime_TypeLoader_TypeBuilder__ 'the runtime type loader, 190 KB,'
    linked S_P_CoreLib_System_TimeZoneInfo__ 'the library of time zones, 150 KB,'
fi

exit $failed
