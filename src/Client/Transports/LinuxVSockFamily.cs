using System.Runtime.InteropServices;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Client.Transports;

/// <summary>
/// The address family of vSockets on this Linux: 40 in every kernel since 3.9; an older VMware Tools driver hands out another number on request
/// (<c>VMCISock_GetAFValue</c> of the vSockets manual).
/// </summary>
internal static unsafe class LinuxVSockFamily
{
    private const string Device = "/dev/vsock";

    /// <summary><c>IOCTL_VMCI_SOCKETS_GET_AF_VALUE</c>.</summary>
    private const uint GetFamilyValue = 1976;

    // Kept open for the life of the process: the old driver takes the family back when the last user of the device goes.
    private static DescriptorHandle? s_device;
    private static volatile int s_family;

    /// <summary>The family, asked for once it is known to work.</summary>
    /// <exception cref="TransportException"><see cref="TransportError.FamilyUnsupported"/> or <see cref="TransportError.FamilyDenied"/>.</exception>
    public static ushort Get()
    {
        if (s_family == 0)
        {
            s_family = Probe();
        }

        return (ushort)s_family;
    }

    private static int Probe()
    {
        using DescriptorHandle socket = Libc.Socket(VSockAddress.LinuxFamily, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        if (!socket.IsInvalid)
        {
            return VSockAddress.LinuxFamily;
        }

        int number = Marshal.GetLastPInvokeError();
        if (number is Errno.EPERM or Errno.EACCES)
        {
            throw new TransportException(TransportError.FamilyDenied, Errno.Text(number));
        }

        return ProbeDevice() ?? throw new TransportException(TransportError.FamilyUnsupported, Errno.Text(number));
    }

    private static int? ProbeDevice()
    {
        DescriptorHandle device = Libc.Open(Device, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        uint family = 0;
        if (!device.IsInvalid && Libc.DeviceControl(device, GetFamilyValue, &family) >= 0 && family is > 0 and <= ushort.MaxValue)
        {
            s_device = device;
            return (int)family;
        }

        device.Dispose();
        return null;
    }
}
