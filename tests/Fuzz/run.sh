#!/bin/sh
# Fuzzes what reads other people's bytes: AFL++ over .NET assemblies that SharpFuzz has instrumented.
#
#   tests/Fuzz/run.sh TARGET|all [SECONDS]     TARGET is a folder of tests/Fuzz/corpus; all of them share SECONDS, an hour where none are given
#
# The last line counts targets: one has failed in which a crash or a hang was found. Findings are left in out/fuzz/TARGET/default/crashes and hangs, new inputs
# in out/fuzz/TARGET/default/queue; ESXAGENT_FUZZ_OUT names another place than out/fuzz. What a finding is:
#
#   dotnet out/fuzz/bin/EsxAgent.Tests.Fuzz.dll TARGET < out/fuzz/TARGET/default/crashes/id:...
set -eu
targets=${1:?name a target, or all}
seconds=${2:-3600}
[ "$targets" != all ] || targets=$(ls "$(dirname "$0")/corpus")
# shellcheck source=tests/Fuzz/prepare.sh
. "$(dirname "$0")/prepare.sh"

passed=0
failed=0
share=$((seconds / $(echo $targets | wc -w)))
for target in $targets; do
  rm -rf "${work:?}/$target"
  words=
  [ ! -f "$here/words/$target" ] || words="-x $here/words/$target"
  # shellcheck disable=SC2086
  if afl-fuzz -i "$here/corpus/$target" -o "$work/$target" $words -t 5000 -m none -V "$share" -- \
    dotnet "$work/bin/EsxAgent.Tests.Fuzz.dll" "$target" > "$work/$target.log" 2>&1; then
    found=$(find "$work/$target/default/crashes" "$work/$target/default/hangs" -name 'id:*')
  else
    found="$work/$target.log"
  fi
  echo "$target:" $(grep -E '^(run_time|execs_done|execs_per_sec|corpus_count|edges_found|saved_crashes|saved_hangs) ' "$work/$target/default/fuzzer_stats" \
    | sed 's/ *: */ /; s/$/,/')
  if [ -z "$found" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s\n' "$target FAILED, look at:" "$found" >&2
  fi
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
