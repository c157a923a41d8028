#!/usr/bin/env bash
# Agent and client over real vSockets, inside a kernel of its own: user-mode-linux with this machine's file system as its root. The machine's own vSockets are
# never touched. Needs neither root nor virtualization.
#
#   run.sh [BEGINNING]     all cases, or those whose names begin so
#
# The last line counts the cases. Where the kernel cannot be had, one is skipped, and that is said loudly.
set -uo pipefail
leg='user-mode-linux'
# shellcheck disable=SC1091
. "$(dirname "${BASH_SOURCE[0]}")/leg.sh"

case $root/ in
  /run/* | /proc/* | /dev/*) leg_fail "the repository lies in '$root', which the guest kernel covers with a file system of its own" ;;
esac

[ "$(uname -sm)" = 'Linux x86_64' ] || leg_skip "user-mode-linux runs on Linux on x86-64 only, and this is $(uname -sm)"
kernel=$(tool_of user-mode-linux linux.uml) || leg_skip "Debian's package user-mode-linux is neither installed nor to be had"
busybox=$(tool_of busybox-static busybox) || leg_skip "Debian's package busybox-static is neither installed nor to be had"
release=$("$kernel" --version)
for folder in "$unpacked" ''; do
  modules=$folder/usr/lib/uml/modules/$release/kernel/net/vmw_vsock
  [ ! -d "$modules" ] || break
done

[ -d "$modules" ] || leg_skip "the modules of the kernel '$kernel' were not found at '$modules'"

mkdir "$scratch/results"
report=$scratch/results/report
: >"$report"
# A path without blanks, whatever the repository's.
busybox_inside=$scratch/busybox
ln -s "$busybox" "$busybox_inside"
path_inside=$PATH
leg_init "$scratch/init" "$@" <<'INIT'
"$busybox" mount -t proc proc /proc
"$busybox" mount -t sysfs sys /sys
"$busybox" mount -t tmpfs tmp /run
"$busybox" mkdir /run/results
"$busybox" mount -t hostfs -o "$results" none /run/results
report=/run/results/report
INIT

# Its memory is a file: in /dev/shm, unless that is as small as containers have it.
memory=512
if [ "$(df --output=avail -m /dev/shm 2>/dev/null | tail -n 1)" -lt $((memory * 2)) ] 2>/dev/null; then
  export TMPDIR=$scratch
fi

# It has one processor, and each of its system calls is a way from one process of this machine to another and back: half as long where both have one processor.
processor=$(taskset --cpu-list --pid $$ | grep -oE '[0-9]+$')
setsid taskset --cpu-list "$processor" "$kernel" mem=${memory}M rootfstype=hostfs rootflags=/ ro quiet panic=-1 "init=$scratch/init" esxagent.vsock \
  "uml_dir=$scratch/uml" umid=vsock con=null con0=null,fd:1 ssl=null </dev/null >"$scratch/console" 2>&1 &
launched=$!
leg_wait "${VSOCK_SECONDS:-300}"
leg_end "$report" "$scratch/console"
