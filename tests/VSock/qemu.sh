#!/usr/bin/env bash
# The same cases as run.sh, under Debian's cloud kernel with two processors that qemu emulates (never virtualizes: no /dev/kvm is opened). What the cases need
# of this machine, runtime and libraries and all, goes along in the initial file system under its own paths. Takes some minutes.
#
#   qemu.sh [BEGINNING]    all cases, or those whose names begin so
set -uo pipefail
leg='qemu'
# shellcheck disable=SC1091
. "$(dirname "${BASH_SOURCE[0]}")/leg.sh"

[ "$(uname -sm)" = 'Linux x86_64' ] || leg_skip "the kernel and the agent are of Linux on x86-64, and this is $(uname -sm)"
busybox=$(tool_of busybox-static busybox) || leg_skip "Debian's package busybox-static is neither installed nor to be had"

# The library folder is for the program alone: this machine's own programs keep theirs.
emulator=(env "LD_LIBRARY_PATH=$unpacked/usr/lib/x86_64-linux-gnu:$unpacked/lib/x86_64-linux-gnu" "$unpacked/usr/bin/qemu-system-x86_64"
  -L "$unpacked/usr/share/qemu" -L "$unpacked/usr/share/seabios")
if command -v qemu-system-x86_64 >/dev/null; then
  emulator=(qemu-system-x86_64)
else
  mapfile -t names < <(packages_closure qemu-system-x86)
  [ ${#names[@]} -gt 0 ] && packages_get "${names[@]}" || leg_skip "Debian's package qemu-system-x86 is neither installed nor to be had"
fi

image=$(package_behind linux-image-cloud-amd64)
if [ -z "$image" ] || ! packages_get "$image"; then
  leg_skip "Debian's package linux-image-cloud-amd64 is not to be had"
fi

release=${image#linux-image-}
modules=$unpacked/lib/modules/$release/kernel/net/vmw_vsock
[ -d "$modules" ] || leg_fail "the package '$image' has no folder '$modules'"

pwsh_home=
if command -v pwsh >/dev/null; then
  pwsh_home=$(pwsh -NoProfile -NonInteractive -Command '$PSHOME')
fi

# --- the initial file system ---------------------------------------------------------------------------------------------------------

runtime=$(dirname "$dotnet")/shared/Microsoft.NETCore.App
runtime=$runtime/$(find "$runtime" -maxdepth 1 -name '10.*' -printf '%f\n' | sort -V | tail -n 1)

# What is needed, as this machine has it.
needed() {
  printf '%s\n' "$scratch/init" "$scratch/vsish" "$busybox" "$dotnet" "$here/inside.sh" "$root/EsxAgent.psd1" "$root/src" \
    "$root/out/agent/esxagent" "$root/out/sim/esxsim"
  find "$(dirname "$guest")" "$(dirname "$dotnet")/host" "$runtime" "$modules" "$root/out/EsxAgent" ${pwsh_home:+"$pwsh_home"} -type f
}

# Shared libraries that the programs and libraries named on standard input need, and the loader.
libraries() {
  grep -E '/(dotnet|esxagent|esxsim|[^/]+\.so)$' | xargs -d '\n' ldd 2>/dev/null |
    awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// && $2 ~ /^\(0x/ { print $1 }' | sort -u
}

# The paths on standard input by their real folders, what they lead to where they are links, and all the folders and links on the way to them.
whole() {
  local path folder
  local -A real=()
  while read -r path; do
    folder=${path%/*}
    if [ -z "${real[$folder]+known}" ]; then
      real[$folder]=$(readlink -f "$folder/")
      above "$folder"
      above "${real[$folder]}"
    fi

    echo "${real[$folder]}/${path##*/}"
    if [ -L "$path" ]; then
      path=$(readlink -f "$path")
      above "${path%/*}"
      echo "$path"
    fi
  done
}

# A folder and those above it; below a link there are none.
above() {
  local folder=$1 up=
  while [ -n "$folder" ]; do
    [ ! -L "$folder" ] || up=$folder
    folder=${folder%/*}
  done

  folder=${up:-$1}
  while [ -n "$folder" ]; do
    echo "$folder"
    folder=${folder%/*}
  done
}

busybox_inside=$busybox
path_inside=${pwsh_home:+$pwsh_home:}/usr/bin:/bin
leg_init "$scratch/init" "$@" <<'INIT'
"$busybox" mkdir -p /proc /sys /dev /run /tmp /etc
"$busybox" mount -t proc proc /proc
"$busybox" mount -t sysfs sys /sys
"$busybox" mount -t devtmpfs dev /dev
"$busybox" mount -t tmpfs tmp /run
# PowerShell asks who it runs as.
echo 'root:x:0:0:root:/run/tmp:/bin/sh' >/etc/passwd
# There is no library for cultures here, and no case is about them.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
report=/dev/ttyS1
INIT
needed >"$scratch/needed"
libraries <"$scratch/needed" >"$scratch/libraries"
cat "$scratch/needed" "$scratch/libraries" | whole | sort -u | sed 's|^/||' >"$scratch/files"
(cd / && "$busybox" cpio -o -H newc <"$scratch/files" >"$scratch/initrd" 2>"$scratch/cpio.log") ||
  leg_fail "the initial file system could not be made: $(cat "$scratch/cpio.log")"

# --- the machine ---------------------------------------------------------------------------------------------------------------------

: >"$scratch/console"
: >"$scratch/serial"
setsid "${emulator[@]}" -accel tcg,thread=multi -cpu Nehalem-v1 -smp 2 -m 3072 -nodefaults -display none -no-reboot -nic none \
  -kernel "$unpacked/boot/vmlinuz-$release" -initrd "$scratch/initrd" \
  -append "console=ttyS0 quiet panic=-1 rdinit=$scratch/init esxagent.vsock" \
  -serial "file:$scratch/console" -serial "file:$scratch/serial" </dev/null >"$scratch/emulator" 2>&1 &
launched=$!
leg_wait "${VSOCK_SECONDS:-1500}"
cat "$scratch/emulator" >>"$scratch/console"
tr -d '\r' <"$scratch/serial" >"$scratch/report"
leg_end "$scratch/report" "$scratch/console"
