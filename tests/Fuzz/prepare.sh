# Read by run.sh and grow.sh: finds AFL++ and SharpFuzz, builds the targets and instruments what they read with. Sets here and work.
#
# AFL++ is taken from PATH, else unpacked from the Debian package; nothing is installed. Where one of the two cannot be had, says so and ends with 0 and
# all targets skipped: a machine without a fuzzer still replays the corpora in the unit tests.
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${ESXAGENT_FUZZ_OUT:=$here/../../out/fuzz}"
work=$(cd "$ESXAGENT_FUZZ_OUT" && pwd)

not_tested() {
  echo "*** NOT TESTED: $1, so nothing was fuzzed; the unit tests replay the corpora all the same" >&2
  echo "0 passed, 0 failed, $(echo $targets | wc -w) skipped"
  exit 0
}

if ! command -v afl-fuzz > /dev/null; then
  if [ ! -x "$work/afl/usr/bin/afl-fuzz" ]; then
    (cd "$work" && apt-get download afl++ && dpkg -x afl++_*.deb afl) > "$work/prepare.log" 2>&1 \
      || not_tested 'afl-fuzz is not on PATH and the Debian package afl++ could not be downloaded'
  fi
  PATH=$work/afl/usr/bin:$PATH
  export AFL_PATH="$work/afl/usr/lib/afl"
fi

if [ ! -x "$work/tools/sharpfuzz" ]; then
  dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tools" > "$work/prepare.log" 2>&1 \
    || not_tested 'the tool SharpFuzz.CommandLine could not be restored'
fi

rm -rf "$work/bin"
dotnet build "$here/EsxAgent.Tests.Fuzz.csproj" --configuration Release --nologo --verbosity quiet --output "$work/bin" > "$work/build.log" 2>&1 \
  || { cat "$work/build.log" >&2; exit 1; }
"$work/tools/sharpfuzz" "$work/bin/EsxAgent.Protocol.dll" EsxAgent.Protocol
"$work/tools/sharpfuzz" "$work/bin/esxagent.dll" EsxAgent.HostAgent.Operations EsxAgent.HostAgent.Policy EsxAgent.HostAgent.Tools.EsxCli \
  EsxAgent.HostAgent.Tools.Vsish EsxAgent.HostAgent.Volumes

export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
