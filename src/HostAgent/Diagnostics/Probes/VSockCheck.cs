using System.Collections.Generic;
using EsxAgent.HostAgent.Listening;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>vSockets of this host: the address family, and what a fresh socket tells. Nothing is connected and nothing listens.</summary>
internal static unsafe class VSockCheck
{
    /// <summary>Options of the family that hold a number, from the vSockets manual.</summary>
    private static readonly (int Option, string Name)[] s_options = [(3, "peer's cartel id"), (5, "trusted")];

    /// <summary>Looks, line by line.</summary>
    /// <param name="isNeeded">True where VMs connect over vSockets, as they do to ESXi.</param>
    public static IEnumerable<HostCheckLine> Lines(bool isNeeded)
    {
        VSockFamily? family = VSockFamily.Find();
        if (family is null)
        {
            yield return HostCheckLine.Absent("vSockets", isNeeded, "no address family was found: neither a socket of AF_VSOCK nor a VMCI device answers");
            yield break;
        }

        yield return HostCheckLine.Ok("vSockets", $"address family {family.Number}, from {family.Source}");
        foreach ((int option, string name) in s_options)
        {
            yield return Option(family.Number, option, $"vSockets option {option} ({name})");
        }
    }

    private static HostCheckLine Option(ushort family, int option, string name)
    {
        int descriptor;
        lock (DescriptorGate.Gate)
        {
            descriptor = Libc.Socket(family, PosixConstants.SocketStream, 0);
            if (descriptor < 0 || !DescriptorGate.TryCloseOnExec(descriptor))
            {
                return HostCheckLine.Note(name, $"a socket cannot be made ({ErrnoName.Of(Errno.Last)})");
            }
        }

        uint value = 0;
        uint size = sizeof(uint);
        bool answers = Libc.GetSocketOption(descriptor, family, option, &value, &size) == 0;
        int error = answers ? 0 : Errno.Last;
        Libc.Close(descriptor);
        return answers
            ? HostCheckLine.Ok(name, $"{value} on a socket that is not connected")
            : HostCheckLine.Note(name, $"{ErrnoName.Of(error)} on a socket that is not connected");
    }
}
