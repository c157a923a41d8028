#!/usr/bin/env bash
# Measures the agent against the floor and writes what was found to bench/results. Needs what './build.sh Build' leaves, gcc, and taskset.
# Prints the path of the result as its last line; the rest of what it says goes to standard error.
#
#   bench/run.sh [FILE]        FILE: where the result goes, in place of bench/results/<date>-<commit>.md
# shellcheck disable=SC2016 # methods begin with a dollar sign, and Markdown has backticks
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

agent=$PWD/out/agent/esxagent
esxsim=$PWD/out/sim/esxsim
bin=$PWD/out/bench
cpus=$(nproc)
pinned=$((cpus - 1))
rounds=${BENCH_ROUNDS:-9}
samples=
servers=()

say() {
  echo "bench: $1" >&2
}

for needed in "$agent" "$esxsim"; do
  [ -x "$needed" ] || { say "$needed is not built yet; './build.sh Build' makes it"; exit 1; }
done
for needed in gcc taskset; do
  command -v "$needed" >/dev/null || { say "$needed is needed and not on PATH"; exit 1; }
done

work=$(mktemp -d)
cleanup() {
  for server in "${servers[@]}"; do
    kill -9 "$server" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT

# --- what is measured, and with what ----------------------------------------------------------------------------------

mkdir -p "$bin"
for program in floor load start; do
  gcc -O2 -std=gnu11 -Wall -Wextra -Werror -pthread -o "$bin/$program" "bench/$program.c"
done
gcc -O2 -std=gnu11 -o "$bin/ask" tests/Gates/ask.c
dotnet publish bench/Parsing --configuration Release -p:IsPublishable=true --nologo --verbosity quiet >&2

# How many CPUs others have kept busy since the last call, in $others: what all did but what our own processes, which have ended, did. The load average
# would tell little, since a build comes right before, and we are the load afterwards.
look_at_others() {
  local last_busy=${busy:-0} last_ours=${ours:-0} last_time=${time:-0}
  times >"$work/times"
  ours=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, part, /[ms]/); sum += part[1] * 60 + part[2] } } END { print sum * 100 }' "$work/times")
  read -r busy time < <(awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }' /proc/stat)
  others=$(awk -v busy=$((busy - last_busy)) -v ours="$ours" -v last="$last_ours" -v time=$((time - last_time)) -v cpus="$cpus" 'BEGIN {
    printf "%.2f", (busy - ours + last > 0 ? busy - ours + last : 0) / time * cpus
  }')
}

say 'looking how busy the machine is'
sleep 5
look_at_others
sleep "${BENCH_REST:-15}"
look_at_others
others_before=$others

# A word of a line of NAME=VALUE words.
word() {
  tr ' ' '\n' <<<"$2" | sed -n "s/^$1=//p"
}

memory() {
  awk -v pid="$1" '/^Rss:/ { resident = $2 } /^Anonymous:/ { private = $2 } END { print "resident=" resident, "private=" private }' "/proc/$1/smaps_rollup"
}

start_server() { # output command...: sets $started
  local output=$1 tries=100
  shift
  "$@" >"$output" 2>>"$work/errors" &
  started=$!
  servers+=("$started")
  until grep -q '^listening on ' "$output"; do
    tries=$((tries - 1))
    if [ $tries -eq 0 ] || ! kill -0 "$started" 2>/dev/null; then
      say "$1 does not say that it listens: $(cat "$work/errors")"
      exit 1
    fi
    sleep 0.05
  done
}

stop_server() {
  kill "$1"
  wait "$1" || true
}

# Several VMs, because one of them may have 16 connections.
for release in 6.7 7.0 8.0; do
  "$esxsim" init "$work/$release" --profile $release --vm vm1 --vm vm2 --vm vm3 --vm vm4 >/dev/null
done
serve=("$agent" serve --host-root "$work/8.0" --log "$work/agent.log")
sockets=()
for cartel in $("$esxsim" vm list "$work/8.0" | awk 'NR > 1 { print $4 }'); do
  serve+=(--listen "unix:$work/vm$cartel?as=$cartel")
  sockets+=("$work/vm$cartel")
done

# --- start, memory ----------------------------------------------------------------------------------------------------

say 'start and memory'
start_agent=$("$bin/start" 50 "${serve[@]}")
mkdir "$work/results"
start_floor=$("$bin/start" 50 "$bin/floor" "$work/floor" "$work/results")

start_server "$work/output" "${serve[@]}"
sleep 2
idle=$(memory "$started")
idle_threads=$(awk '/^Threads:/ { print $2 }' "/proc/$started/status")
stop_server "$started"

# A fresh agent for each, so that none profits from what another has left behind.
for connections in 1 16; do
  for method in '$/ping' host/info; do
    start_server "$work/output" "${serve[@]}"
    options=(--connections "$connections" --requests 100000 --memory-at 10000 --server "$started")
    [ "$method" = host/info ] && options+=(--fresh)
    line=$("$bin/load" "${options[@]}" "$method" "${sockets[@]}" | tail -1)
    threads=$(awk '/^Threads:/ { print $2 }' "/proc/$started/status")
    echo "method=$method connections=$connections threads=$threads $line" >>"$work/memory"
    stop_server "$started"
  done
done

# --- round trips ------------------------------------------------------------------------------------------------------

start_server "$work/output" "${serve[@]}"
agent_pid=$started
initialize='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersions":[1],"clientInfo":{"name":"bench","version":"1"},"capabilities":{}}}'
requests=("$initialize" '{"jsonrpc":"2.0","id":2,"method":"host/info"}' '{"jsonrpc":"2.0","id":3,"method":"$/ping"}')
"$bin/ask" "${sockets[0]}" "${requests[@]}" >"$work/answers"
sed -n '1s/^{"jsonrpc":"2.0","id":1,"result":\(.*\)}$/\1/p' "$work/answers" | tr -d '\n' >"$work/results/initialize"
sed -n '2s/^{"jsonrpc":"2.0","id":2,"result":\(.*\)}$/\1/p' "$work/answers" | tr -d '\n' >"$work/results/host_info"
start_server "$work/output" "$bin/floor" "$work/floor" "$work/results"
floor_pid=$started
"$bin/ask" "$work/floor" "${requests[@]}" | cmp -s - "$work/answers" || { say 'the floor does not answer with the same bytes as the agent'; exit 1; }

round() { # server pid method connections requests place socket...
  local server=$1 pid=$2 method=$3 connections=$4 count=$5 place=$6 on
  shift 6
  on=0-$((cpus - 1))
  [ "$place" = one ] && on=$pinned
  taskset -a -c -p "$on" "$pid" >/dev/null
  local options=(--connections "$connections" --requests "$count" --server "$pid")
  [ "$method" = host/info ] && options+=(--fresh)
  echo "$server $(taskset -c "$on" "$bin/load" "${options[@]}" "$method" "$@")" >>"$samples"
}

measure() { # method connections place requests rounds
  samples=$work/samples
  rm -f "$samples"
  local turn
  for ((turn = 0; turn < $5; turn++)); do
    round agent "$agent_pid" "$1" "$2" "$4" "$3" "${sockets[@]}"
    round floor "$floor_pid" "$1" "$2" "$4" "$3" "$work/floor"
  done
  awk -v method="$1" -v connections="$2" -v place="$3" -f bench/medians.awk "$samples" >>"$work/trips"
}

for method in '$/ping' host/info; do
  for place in one all; do
    say "round trips of $method on $place of $cpus CPUs"
    measure "$method" 1 $place 50000 "$rounds"
    measure "$method" 16 $place 100000 "$rounds"
    measure "$method" 64 $place 100000 "$rounds"
  done
done
stop_server "$agent_pid"
stop_server "$floor_pid"

say 'reading of vsish text'
"$bin/parsing" "$work/6.7" "$work/7.0" "$work/8.0" >"$work/parsing"
look_at_others

# --- the result -------------------------------------------------------------------------------------------------------

memory_kb=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
date=$(date -u +%Y-%m-%d)
file=${1:-bench/results/$date-$commit.md}
mkdir -p "$(dirname "$file")"

target() { # what unit value comparison limit
  local verdict
  verdict=$(awk -v value="$3" -v limit="$5" -v comparison="$4" 'BEGIN {
    print (comparison == "at most" ? value <= limit : value >= limit) ? "reached" : "**not reached**"
  }')
  echo "| $1 | $3$2 | $4 $5$2 | $verdict |"
}

trip() { # method connections place word
  word "$4" "$(grep -F "method=$1 connections=$2 place=$3 " "$work/trips")"
}

growth() { # method: the most that private memory grew in the cases measured
  awk -v method="method=$1" '$1 == method {
    for (i = 1; i <= NF; i++) { split($i, pair, "="); value[pair[1]] = pair[2] }
    grown = value["private_after"] - value["private_before"]
    if (cases++ == 0 || grown > most) most = grown
  } END { print most }' "$work/memory"
}

cells() { # line name...: words of a line as a row of a table
  local line=$1 name
  shift
  for name in "$@"; do
    printf '| %s ' "$(word "$name" "$line")"
  done
  echo '|'
}

rows() { # file name...
  local file=$1 line
  shift
  while read -r line; do
    cells "$line" "$@"
  done <"$file"
}

{
  echo "# Figures of $date"
  echo
  echo '| | |'
  echo '|---|---|'
  echo "| agent | $("$agent" version)$(git diff --quiet HEAD -- . ':!bench/results' 2>/dev/null || echo ', with changes that are not committed') |"
  echo "| machine | $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $cpus CPUs, $((memory_kb / 1048576)) GB |"
  echo "| system | Linux $(uname -r), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), glibc $(ldd --version | sed -n '1s/.* //p') |"
  echo "| built with | .NET SDK $(dotnet --version), $(gcc --version | head -1) |"
  echo "| others | kept $others_before CPUs busy before it began, $others while it ran |"
  echo '| command | `./build.sh Bench` |'
  echo
  echo 'What each figure means, and how to repeat it, is in [the README](../README.md).'
  echo
  echo '## Targets'
  echo
  echo '| figure | measured | target | |'
  echo '|---|---|---|---|'
  target 'size of the agent' ' MB' "$(stat -c %s "$agent" | awk '{ printf "%.2f", $1 / 1e6 }')" 'at most' 2.0
  target 'private memory at rest' ' KB' "$(word private "$idle")" 'at most' 700
  target 'resident memory at rest' ' KB' "$(word resident "$idle")" 'at most' 4608
  for method in '$/ping' host/info; do
    target "\`$method\`: private memory after 100 000 requests, more than after 10 000" ' KB' "$(growth "$method")" 'at most' 64
  done
  target 'start to `listening on`' ' ms' "$(word p50 "$start_agent")" 'at most' 5
  target '`$/ping`, 1 connection, one CPU: p50 as multiple of the floor' '' "$(trip '$/ping' 1 one p50_ratio)" 'at most' 1.10
  target '`$/ping`, 16 connections, one CPU: requests a second as part of the floor' '' "$(trip '$/ping' 16 one per_second_ratio)" 'at least' 0.90
  target "\`\$/ping\`, 16 connections, all $cpus CPUs: requests a second as part of the floor" '' "$(trip '$/ping' 16 all per_second_ratio)" 'at least' 0.90
  echo
  echo '## Start'
  echo
  echo '| of 50 starts, in ms | median | least | most |'
  echo '|---|---:|---:|---:|'
  echo "| agent $(cells "$start_agent" p50 min max)"
  echo "| floor $(cells "$start_floor" p50 min max)"
  echo
  echo '## Memory'
  echo
  echo "At rest: $(word resident "$idle") KB resident, $(word private "$idle") KB private, $idle_threads threads. In KB, connections open:"
  echo
  echo '| requests | connections | threads | resident after 10 000 | after 100 000 | private after 10 000 | after 100 000 |'
  echo '|---|---:|---:|---:|---:|---:|---:|'
  rows "$work/memory" method connections threads resident_before resident_after private_before private_after
  echo
  echo '## Round trips'
  echo
  echo "Medians of $rounds rounds of agent and floor in turn; ratios are medians of each round's ratio. Times in microseconds; CPU is the server's, a request."
  echo
  echo '| request | connections | CPUs | agent p50 | p99 | requests/s | CPU | floor p50 | p99 | requests/s | CPU | p50, ratio | requests/s, ratio |'
  echo '|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|'
  rows "$work/trips" method connections place agent_p50 agent_p99 agent_per_second agent_cpu floor_p50 floor_p99 floor_per_second floor_cpu \
    p50_ratio per_second_ratio
  echo
  echo '## Reading vsish text'
  echo
  echo '| nodes of | texts | bytes | MB/s | bytes allocated a byte |'
  echo '|---|---:|---:|---:|---:|'
  rows "$work/parsing" host texts bytes mb_per_second allocated_per_byte
} >"$file"

echo "$file"
