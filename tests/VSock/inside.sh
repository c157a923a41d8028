# The first process of a guest kernel, whichever it is, sources this: it makes a usable system, runs the cases before and after the kernel has its vSocket
# modules, and switches the machine off. Set before: $busybox, $dotnet, $guest (the program of the cases), $quick_vsish (vsish.c, built), $modules (the
# folder of the modules), $report (where the lines of the cases go), and in "$@" which cases are wanted.

on() {
  "$busybox" "$@"
}

on mkdir -p /run/tmp
export quick_vsish PATH TMPDIR=/run/tmp HOME=/run/tmp
# The runtime's conveniences cost time here.
export DOTNET_EnableDiagnostics=0 DOTNET_EnableWriteXorExecute=0 DOTNET_TieredPGO=0
export POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off

on ip link set lo up
# Nobody but this script loads modules.
echo >/proc/sys/kernel/modprobe
"$dotnet" "$guest" without-vsockets "$@" >>"$report"
for module in vsock vmw_vsock_virtio_transport_common vsock_loopback; do
  on insmod "$modules/$module".ko*
done

"$dotnet" "$guest" with-vsockets "$@" >>"$report"
echo "the cases ended with status $?, $(on cut -d' ' -f1 /proc/uptime) s after the start of the kernel" >>"$report"
on poweroff -f
