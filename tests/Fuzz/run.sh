#!/bin/sh
# Fuzzes what reads other people's bytes: AFL++ over .NET assemblies that SharpFuzz has instrumented.
#
#   tests/Fuzz/run.sh TARGET [SECONDS]     TARGET is 'vsi' or 'frames'
#
# Findings are left in out/fuzz/TARGET/default/crashes and hangs; the end status is 1 where there are some. AFL++ is taken from PATH, else unpacked from
# the Debian package; nothing is installed.
set -eu
target=${1:?name a target: vsi or frames}
seconds=${2:-1800}
here=$(cd "$(dirname "$0")" && pwd)
work=$here/../../out/fuzz
mkdir -p "$work"
work=$(cd "$work" && pwd)

if ! command -v afl-fuzz > /dev/null; then
  if [ ! -x "$work/afl/usr/bin/afl-fuzz" ]; then
    (cd "$work" && apt-get download afl++ && dpkg -x afl++_*.deb afl)
  fi
  PATH=$work/afl/usr/bin:$PATH
  export AFL_PATH="$work/afl/usr/lib/afl"
fi

if [ ! -x "$work/tools/sharpfuzz" ]; then
  dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tools"
fi

dotnet build "$here/EsxAgent.Tests.Fuzz.csproj" --configuration Release --nologo --verbosity quiet --output "$work/bin-$target"
"$work/tools/sharpfuzz" "$work/bin-$target/EsxAgent.Protocol.dll" EsxAgent.Protocol
"$work/tools/sharpfuzz" "$work/bin-$target/esxagent.dll" EsxAgent.HostAgent.Tools.Vsish

rm -rf "$work/$target"
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
afl-fuzz -i "$here/corpus/$target" -o "$work/$target" -t 5000 -m none -V "$seconds" -- \
  dotnet "$work/bin-$target/EsxAgent.Tests.Fuzz.dll" "$target" > "$work/$target.log"

found=$(find "$work/$target/default/crashes" "$work/$target/default/hangs" -name 'id:*' | wc -l)
grep -E '^(run_time|execs_done|execs_per_sec|corpus_count|edges_found|saved_crashes|saved_hangs) ' "$work/$target/default/fuzzer_stats"
[ "$found" -eq 0 ]
