# Sourced by run.sh and qemu.sh, which set $leg, the name of their kernel, before. Sets $here, $root, $guest (the program of the cases), $dotnet,
# $scratch, a folder that goes when the script ends, and $launched, the process group that the script has started and that ends with it.
#
# leg_skip WHY                says loudly that nothing was tested, and ends
# leg_fail WHY                says that the leg could not be run, and ends
# leg_init FILE CASE...       writes the first process of the guest kernel, which finds busybox at $busybox_inside, programs on $path_inside, and the vSocket
#                             modules in the folder $modules; standard input is what it does before inside.sh
# leg_wait SECONDS            waits for the kernel, at most so long
# leg_end REPORT CONSOLE      prints the lines of the cases and their number, and ends; without an end of the report it has failed

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
guest=$root/out/tests/vsock/EsxAgent.Tests.VSock.dll
# shellcheck disable=SC1091
. "$here/packages.sh"

leg_skip() {
  printf '\n*** REAL vSOCKETS WERE NOT TESTED (%s): %s\n\n' "$leg" "$1" >&2
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}

leg_fail() {
  echo "FAILED  $leg: $1"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

leg_init() {
  local file=$1
  shift
  {
    echo "#!$busybox_inside sh"
    printf '%s=%q\n' PATH "$path_inside" busybox "$busybox_inside" modules "$modules" dotnet "$dotnet" guest "$guest" quick_vsish "$scratch/vsish" \
      results "$scratch/results"
    printf 'set --%s\n' "$([ $# -eq 0 ] || printf ' %q' "$@")"
    cat
    printf '. %q\n' "$here/inside.sh"
  } >"$file"
  chmod +x "$file"
}

leg_wait() {
  timeout "$1" tail --pid="$launched" -f /dev/null || echo "the kernel was ended after $1 s" >>"$scratch/console"
  leg_stop
}

leg_stop() {
  [ -n "$launched" ] || return 0
  kill -9 -- "-$launched" 2>/dev/null
  wait "$launched" 2>/dev/null
  launched=
}

leg_end() {
  local report=$1 console=$2 passed failed skipped
  cat "$report"
  passed=$(grep -c '^ok ' "$report")
  failed=$(grep -c '^FAILED ' "$report")
  skipped=$(grep -c '^skipped ' "$report")
  if ! grep -q '^the cases ended with status [01],' "$report"; then
    echo "FAILED  $leg: the cases did not come to their end; the console's last lines were:"
    tail -n 40 "$console"
    failed=$((failed + 1))
  elif [ $((passed + failed)) -eq 0 ]; then
    echo "FAILED  $leg: no case was run"
    failed=1
  fi

  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

[ -f "$guest" ] || leg_fail "'$guest' is not built; './build.sh Build' makes it"
dotnet=$(readlink -f "$(command -v dotnet)") || leg_fail "there is no dotnet on PATH"
scratch=$(mktemp -d)
launched=
trap 'leg_stop; rm -rf "$scratch"' EXIT
trap 'exit 143' TERM INT
"${CC:-cc}" -O2 -std=gnu11 -Wall -Wextra -Werror -static -o "$scratch/vsish" "$here/vsish.c" || leg_fail "vsish.c could not be built"
