#!/bin/sh
# The agent's constructors must run where the C library does not look for them, as none before glibc 2.34 did:
#
#     constructors.sh AGENT ESXSIM
#
# Starts the agent under a preloaded library that behaves like those, and looks for what one constructor leaves behind: in every thread but the main
# one, which waits for them, SIGHUP, SIGINT and SIGTERM are blocked.
set -eu
cd "$(dirname "$0")"
. ./serving.sh

agent=${1:?agent}
host_make "${2:?esxsim}"
cc -shared -fPIC -O2 -std=gnu11 -Wall -Wextra -Werror -o "$work/oldstart.so" oldstart.c -ldl

agent_start env LD_PRELOAD="$work/oldstart.so" "$agent"
threads=0
for status in /proc/"$launched"/task/*/status; do
    case $status in */task/"$launched"/status) continue ;; esac
    threads=$((threads + 1))
    mask=$(awk '$1 == "SigBlk:" { print $2 }' "$status")

    # Signal n is bit n - 1: 1, 2 and 15.
    if [ $((0x$mask & 0x4003)) -ne $((0x4003)) ]; then
        echo "FAILED a thread blocks $mask: the constructors did not run"
        exit 1
    fi
done

[ $threads -gt 0 ] || { echo 'FAILED the agent has no thread to look at'; exit 1; }
agent_end
echo "constructors ran: $threads threads block the signals that end the agent"
