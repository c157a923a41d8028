using System.Threading;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.HostAgent.Listening;

/// <summary>The address family of vSockets on this system, and how it was found.</summary>
/// <param name="Number">For <c>socket</c> and <c>sockaddr_vm</c>.</param>
/// <param name="Source">For a person.</param>
internal sealed record VSockFamily(ushort Number, string Source)
{
    /// <summary>Asks a VMCI device for the family (IOCTL_VMCI_SOCKETS_GET_AF_VALUE of the vSockets manual).</summary>
    private const uint AskFamily = 1976;

    private static readonly string[] s_devices = ["/dev/vsock", "/vmfs/devices/char/vsock/vsock"];

    private static readonly Lock s_lock = new();
    private static VSockFamily? s_found;

    /// <summary>
    /// Finds the family: first a socket of Linux's own number is tried, then the devices are asked. Asked once; a device that answered stays open for the life of the
    /// process, because the number is only valid as long as somebody holds it.
    /// </summary>
    /// <returns>Null where this system has no vSockets.</returns>
    public static VSockFamily? Find()
    {
        lock (s_lock)
        {
            return s_found ??= FromSocket() ?? FromDevices();
        }
    }

    private static VSockFamily? FromSocket()
    {
        lock (DescriptorGate.Gate)
        {
            int descriptor = Libc.Socket(VSockAddress.LinuxFamily, PosixConstants.SocketStream, 0);
            if (descriptor < 0)
            {
                return null;
            }

            Libc.Close(descriptor);
            return new VSockFamily(VSockAddress.LinuxFamily, "a socket of AF_VSOCK (40)");
        }
    }

    private static unsafe VSockFamily? FromDevices()
    {
        foreach (string device in s_devices)
        {
            fixed (byte* path = PathBytes.Of(device))
            {
                int descriptor = Libc.Open(path, PosixConstants.OpenReadOnly | PosixConstants.OpenCloseOnExec, 0);
                int family = -1;
                if (descriptor >= 0 && Libc.Ioctl(descriptor, AskFamily, &family) >= 0 && family is > 0 and <= ushort.MaxValue)
                {
                    return new VSockFamily((ushort)family, $"the device {device}");
                }

                if (descriptor >= 0)
                {
                    Libc.Close(descriptor);
                }
            }
        }

        return null;
    }
}
