using System;
using System.IO;
using System.Runtime.InteropServices;
using EsxAgent.Protocol.Endpoints;
using Microsoft.Win32.SafeHandles;

namespace EsxAgent.Client.Transports;

/// <summary>
/// The address family of vSockets on Windows: the VMCI driver hands it out (<c>VMCISock_GetAFValue</c> of the vSockets manual). Where its device cannot be
/// opened, the number that every known driver uses is tried.
/// </summary>
internal static unsafe partial class WindowsVSockFamily
{
    private const string Device = @"\\.\VMCI";

    /// <summary><c>IOCTL_VMCI_SOCKETS_GET_AF_VALUE</c>.</summary>
    private const uint GetFamilyValue = 0x81032068;

    private static readonly Lazy<ushort> s_family = new(Probe);

    /// <summary>The family.</summary>
    public static ushort Get() => s_family.Value;

    private static ushort Probe()
    {
        try
        {
            using SafeFileHandle device = File.OpenHandle(Device, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            int family = 0;
            uint returned = 0;
            bool known = DeviceIoControl(device, GetFamilyValue, &family, sizeof(int), &family, sizeof(int), &returned, null) != 0;
            return known && family is > 0 and <= ushort.MaxValue ? (ushort)family : VSockAddress.WindowsFamily;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return VSockAddress.WindowsFamily;
        }
    }

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int DeviceIoControl(
        SafeFileHandle device, uint code, void* input, uint inputLength, void* output, uint outputLength, uint* returned, void* overlapped);
}
