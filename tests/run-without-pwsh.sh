#!/usr/bin/env bash
# The tests that need no PowerShell, on what was built before: the unit tests and the gates of the agent. Writes how many there were to
# out/tests/unit.count, for whoever adds the Pester tests to them.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
results=out/tests
mkdir -p "$results"
rm -f "$results"/unit.*

dotnet test tests/Unit --configuration "$configuration" --nologo --verbosity quiet --results-directory "$results" --logger 'trx;LogFileName=unit.trx' --logger 'console;verbosity=minimal'
status=$?

counter() {
  grep -oE "<Counters [^>]*" "$results/unit.trx" | grep -oE " $1=\"[0-9]+\"" | grep -oE '[0-9]+'
}

if [ ! -f "$results/unit.trx" ]; then
  echo "passed=0 failed=1 skipped=0" | tr ' ' '\n' >"$results/unit.count"
  exit 1
fi

# The runner prints that a test was skipped, but not why.
grep -oE '<Message>NOT TESTED[^<]*' "$results/unit.trx" | sed 's/<Message>/*** /' >&2

total=$(counter total)
passed=$(counter passed)
failed=$(counter failed)
printf 'passed=%s\nfailed=%s\nskipped=%s\n' "$passed" "$failed" "$((total - passed - failed))" >"$results/unit.count"
exit "$status"
