using Microsoft.Win32.SafeHandles;

namespace EsxAgent.Client.Transports;

/// <summary>A file descriptor: closed once, and never while a call is still in it.</summary>
internal sealed class DescriptorHandle : SafeHandleMinusOneIsInvalid
{
    public DescriptorHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle() => Libc.Close(handle) == 0;
}
