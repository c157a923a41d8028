# Sourced by the gates: a simulated host and an agent that serves one of its VMs.
#
# host_make ESXSIM               makes a host in $work/host; $cartel is its first VM's
# agent_start COMMAND...         runs COMMAND, which ends in the agent's path, with `serve` behind it; $socket is where it listens
# agent_end                      sends SIGTERM; fails unless the agent ends with status 0 within ten seconds

work=$(mktemp -d)
launched=
trap 'if [ -n "$launched" ]; then kill -9 "$launched" 2>/dev/null; fi; rm -rf "$work"' EXIT

host_make() {
    "$1" init "$work/host" --datastore ds1=1GB --vm web01 >/dev/null
    cartel=$("$1" vm list "$work/host" | awk '$2 == "web01" { print $4 }')
}

wait_until() {
    tries=100
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}

agent_listens() {
    grep -q '^listening on ' "$work/output" || ! kill -0 "$launched" 2>/dev/null
}

agent_start() {
    socket=$work/agent
    rm -f "$socket"
    "$@" serve --listen "unix:$socket?as=$cartel" --host-root "$work/host" >"$work/output" 2>&1 &
    launched=$!
    if wait_until agent_listens && grep -q '^listening on ' "$work/output"; then
        return 0
    fi

    if kill -9 "$launched" 2>/dev/null; then
        echo 'FAILED the agent does not say that it listens:'
    else
        echo 'FAILED the agent ended before it listened:'
    fi

    launched=
    cat "$work/output"
    return 1
}

agent_is_gone() {
    ! kill -0 "$launched" 2>/dev/null
}

agent_end() {
    kill -TERM "$launched"
    if ! wait_until agent_is_gone; then
        echo 'FAILED SIGTERM does not end the agent'
        return 1
    fi

    status=0
    wait "$launched" || status=$?
    launched=
    [ $status -eq 0 ] || { echo "FAILED SIGTERM ends the agent with status $status"; return 1; }
}
