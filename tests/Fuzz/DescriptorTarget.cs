using System;
using System.Collections.Generic;
using System.Linq;
using EsxAgent.HostAgent.Volumes.Disk;

namespace EsxAgent.Tests.Fuzz;

/// <summary>
/// Any bytes are a disk's descriptor: it is refused with a reason, or can be written again byte for byte; another list of sidecars changes nothing else in
/// it, and is read as it was written.
/// </summary>
internal static class DescriptorTarget
{
    public static void Read(byte[] bytes)
    {
        if (bytes.Length > Descriptor.MaxBytes)
        {
            return;
        }

        Descriptor? descriptor = Descriptor.TryParse(bytes, out string? problem);
        FuzzTarget.Holds((descriptor is null) == !string.IsNullOrEmpty(problem), "a refused descriptor has no reason, or one that is taken has");
        if (descriptor is null)
        {
            return;
        }

        long size = descriptor.Extents.Sum(extent => checked(extent.Sectors * 512));
        FuzzTarget.Holds(descriptor.SizeBytes >= 0 && descriptor.SizeBytes == size, "the size is no sum of the extents'");
        FuzzTarget.Holds(descriptor.ToBytes().AsSpan().SequenceEqual(bytes), "a descriptor that was not changed is written as another one");
        string before = Facts(descriptor);
        KeyValuePair<string, string>[] sidecars = [.. descriptor.Sidecars];
        Check(Again(descriptor, sidecars), before, sidecars);
        KeyValuePair<string, string>[] more = [.. sidecars, new("key.of-ours", "x-5a1e51e15e77f035.vmfd")];
        Check(Again(descriptor, more), before, more);
        Check(Again(descriptor, []), before, []);
    }

    private static Descriptor Again(Descriptor descriptor, KeyValuePair<string, string>[] sidecars)
    {
        descriptor.SetSidecars(sidecars);
        byte[] written = descriptor.ToBytes();
        Descriptor again = Descriptor.TryParse(written, out string? problem) ?? throw new BrokenPromiseException($"what was written cannot be read: {problem}");
        FuzzTarget.Holds(again.ToBytes().AsSpan().SequenceEqual(written), "what was written is written as something else");
        return again;
    }

    private static void Check(Descriptor descriptor, string before, KeyValuePair<string, string>[] sidecars)
    {
        FuzzTarget.Holds(Facts(descriptor) == before, "another list of sidecars changes what else stands in the descriptor");
        FuzzTarget.Holds(descriptor.Sidecars.SequenceEqual(sidecars), "a list of sidecars is not read as it was written");
    }

    private static string Facts(Descriptor descriptor) =>
        $"{descriptor.CreateType}\n{descriptor.ParentContentId}\n{descriptor.IsThin}\n{descriptor.SizeBytes}\n{string.Join('\n', descriptor.Extents)}";
}
