using System;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Sidecars;

/// <summary>What diskTool does to a sidecar's bytes. Reading only compares: no operation prints them.</summary>
internal static class SidecarContent
{
    private const int ChunkBytes = 1 << 20;

    /// <summary><c>write</c>: one byte again and again. It is written in two halves, between which a fault may end the tool.</summary>
    /// <exception cref="DiskException">There is no such sidecar or no such place in it.</exception>
    public static void Fill(ToolCall call, VirtualDisk disk, SidecarArguments arguments)
    {
        using PosixFile file = SidecarSet.Open(disk, arguments.Key, writable: true);
        RefuseRange(file, arguments.Offset, arguments.Length);
        long middle = arguments.Offset + (arguments.Length / 2);
        Repeat(file, arguments.Pattern, arguments.Offset, middle);
        call.Worked(50);
        Repeat(file, arguments.Pattern, middle, arguments.Offset + arguments.Length);
        call.Worked(100);
    }

    /// <summary><c>writeString</c>: a text, and zeros behind it up to the end of the sidecar.</summary>
    /// <exception cref="DiskException">There is no such sidecar or no such place in it.</exception>
    public static void WriteText(ToolCall call, VirtualDisk disk, SidecarArguments arguments)
    {
        byte[] text = arguments.Text!;
        using PosixFile file = SidecarSet.Open(disk, arguments.Key, writable: true);
        RefuseRange(file, arguments.Offset, text.Length);
        file.Write(text, arguments.Offset);
        call.Worked(50);
        Repeat(file, 0, arguments.Offset + text.Length, file.Status.Length);
        call.Worked(100);
    }

    /// <summary><c>read</c> and <c>readString</c>: whether the sidecar holds exactly that at that place.</summary>
    /// <exception cref="DiskException">There is no such sidecar or no such place in it.</exception>
    public static bool Equals(VirtualDisk disk, SidecarArguments arguments)
    {
        using PosixFile file = SidecarSet.Open(disk, arguments.Key, writable: false);
        RefuseRange(file, arguments.Offset, arguments.Text?.Length ?? arguments.Length);
        if (arguments.Text is { } text)
        {
            byte[] found = new byte[text.Length];
            return file.Read(found, arguments.Offset) == found.Length && found.AsSpan().SequenceEqual(text);
        }

        byte[] chunk = new byte[ChunkBytes];
        for (long offset = arguments.Offset, end = offset + arguments.Length; offset < end;)
        {
            Span<byte> part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - offset));
            if (file.Read(part, offset) != part.Length || part.ContainsAnyExcept(arguments.Pattern))
            {
                return false;
            }

            offset += part.Length;
        }

        return true;
    }

    private static void RefuseRange(PosixFile file, long offset, long length)
    {
        if (offset > file.Status.Length || length > file.Status.Length - offset)
        {
            throw new DiskException(ToolErrorCode.InvalidArgument);
        }
    }

    private static void Repeat(PosixFile file, byte value, long from, long to)
    {
        byte[] chunk = new byte[Math.Min(ChunkBytes, Math.Max(0, to - from))];
        chunk.AsSpan().Fill(value);
        for (long offset = from; offset < to;)
        {
            int length = (int)Math.Min(chunk.Length, to - offset);
            file.Write(chunk.AsSpan(0, length), offset);
            offset += length;
        }
    }
}
