#!/bin/sh
# The agent must serve with the part of Linux that VMkernel gives:
#
#     profile.sh AGENT ESXSIM
#
# Holds a conversation with the agent while it and the tools that it runs have none of the missing system calls, empty /proc and /sys and 1 GiB of
# addresses; starts and ends the agent once more with a tenth of that and without the doubtful calls too.
set -eu
cd "$(dirname "$0")"
. ./serving.sh

agent=${1:?agent}
host_make "${2:?esxsim}"
launcher=$(./launcher.sh "$work")
cc -O2 -std=gnu11 -Wall -Wextra -Werror -o "$work/ask" ask.c

# shellcheck disable=SC2086  # a command of several words
agent_start $launcher "$agent"
if ! "$work/ask" "$socket" \
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersions":[1],"clientInfo":{"name":"gate","version":"1"},"capabilities":{}}}' \
    '{"jsonrpc":"2.0","id":2,"method":"host/info"}' \
    '{"jsonrpc":"2.0","id":3,"method":"host/datastores"}' \
    '{"jsonrpc":"2.0","id":4,"method":"agent/status"}' >"$work/answers" 2>&1; then
    echo 'FAILED the agent does not answer:'
    cat "$work/answers" "$work/output"
    exit 1
fi

agent_end
echo "served: $(wc -l <"$work/answers") requests without what VMkernel lacks, /proc, /sys, and with 1 GiB of addresses"

# Its tools are not run here: the simulated ones need what the agent does without.
# shellcheck disable=SC2086
agent_start $launcher --strict --address-space 300M "$agent"
agent_end
echo 'started and ended in 300 MiB of addresses, without the doubtful calls'
