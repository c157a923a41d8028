#!/usr/bin/env bash
# The tests that need no PowerShell, on what was built before: the unit tests, guests that mean harm, two minutes of fuzzing, the gates of the agent, the
# agent's tests once more with no more of Linux than VMkernel gives, and agent and client over real vSockets. Writes how many there were to out/tests/unit.count, for whoever adds the Pester tests to them.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
configuration=${1:-Release}
results=out/tests
mkdir -p "$results"
rm -f "$results"/*.trx "$results"/*.log "$results"/unit.count
passed=0
failed=0
skipped=0

add() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3))
}

# counted NAME COMMAND...
# Runs a command whose last line is `N passed, N failed` or `N passed, N failed, N skipped`, and adds these up. No such line, or a status that the
# line does not explain, is one more failure.
counted() {
  local name=$1 status=0 bad=0
  shift
  printf '\n=== %s\n' "$name"
  "$@" | tee "$results/counted.log" || status=$?
  if [[ $(tail -n 1 "$results/counted.log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    bad=${BASH_REMATCH[2]}
    add "${BASH_REMATCH[1]}" "$bad" "${BASH_REMATCH[4]:-0}"
  else
    status=1
  fi

  if [ "$status" != 0 ] && [ "$bad" = 0 ]; then
    echo "run-without-pwsh.sh: '$name' did not come to its end" >&2
    add 0 1 0
  fi
}

# xunit RESULTS PROJECT [OPTION...]
xunit() {
  local trx=$1.trx project=$2 counters total good bad
  shift 2
  dotnet test "$project" --configuration "$configuration" --nologo --verbosity quiet --results-directory "$results" \
    --logger "trx;LogFileName=$trx" --logger 'console;verbosity=minimal' "$@"
  local status=$?
  counters=$(grep -oE '<Counters [^>]*' "$results/$trx") || return 1
  total=$(counter total "$counters")
  good=$(counter passed "$counters")
  bad=$(counter failed "$counters")

  # The runner prints that a test was skipped, but not why.
  grep -oE '<Message>NOT TESTED[^<]*' "$results/$trx" | sed 's/<Message>/*** /' >&2
  echo "$good passed, $bad failed, $((total - good - bad)) skipped"
  [ "$total" -gt 0 ] && return "$status"
}

counter() {
  grep -oE " $1=\"[0-9]+\"" <<<"$2" | grep -oE '[0-9]+'
}

# All tests that start an agent. The launcher starts it, and what the agent starts inherits its limits; the tests themselves do not. Two transcripts
# tell of resident memory, which nobody knows without /proc (%22 is a quotation mark that MSBuild lets pass).
xunit_in_vmkernel() {
  local folder launcher
  folder=$(mktemp -d)
  launcher=$(tests/Gates/launcher.sh "$folder") || return 1
  ESXAGENT_TEST_LAUNCHER=$launcher xunit vmkernel tests/Unit --no-build --filter "(FullyQualifiedName~EsxAgent.Tests.Agent.|FullyQualifiedName~EsxAgent.Tests.Interop.\
|FullyQualifiedName~EsxAgent.Tests.Transcripts.)&DisplayName!~agent-metrics%22&DisplayName!~agent-status%22"
  local status=$?
  rm -r "$folder"
  return "$status"
}

counted 'unit tests' xunit unit tests/Unit
counted 'guests that mean harm' xunit hostile tests/Hostile
counted 'two minutes of fuzzing' sh tests/Fuzz/run.sh all 120
counted 'gates of the agent' sh tests/Gates/run.sh out/agent/esxagent out/sim/esxsim
counted 'tests of the agent, as on VMkernel' xunit_in_vmkernel
counted 'agent and client over real vSockets' tests/VSock/run.sh

printf 'passed=%s\nfailed=%s\nskipped=%s\n' "$passed" "$failed" "$skipped" >"$results/unit.count"
[ "$failed" = 0 ]
