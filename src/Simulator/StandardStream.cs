using System;
using System.IO;
using System.Runtime.InteropServices;
using EsxAgent.Simulator.Faults;

namespace EsxAgent.Simulator;

/// <summary>
/// A standard stream of the process by its descriptor, unbuffered. The platform's console streams start a thread and set signal handlers at their
/// first write; a tool that runs for a few milliseconds neither needs nor can afford that, and one whose reader went away dies by SIGPIPE.
/// </summary>
/// <param name="descriptor">0, 1 or 2.</param>
internal sealed partial class StandardStream(int descriptor) : Stream
{
    private const int Interrupted = 4; // EINTR
    private const int WouldBlock = 11; // EAGAIN
    private const int BrokenPipe = 32; // EPIPE
    private const int Sigpipe = 13;
    private const short Readable = 1; // POLLIN
    private const short Writable = 4; // POLLOUT

    /// <inheritdoc/>
    public override bool CanRead => descriptor == 0;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => descriptor != 0;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint count = NativeRead(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            WaitOrThrow(Readable);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count = NativeWrite(descriptor, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (count >= 0)
            {
                buffer = buffer[(int)count..];
                continue;
            }

            if (Marshal.GetLastPInvokeError() == BrokenPipe)
            {
                OwnProcess.DieBySignal(Sigpipe);
            }

            WaitOrThrow(Writable);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is held back.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    // Whoever made the pipe may have made it non-blocking; the tools of a host wait then, and do not lose output.
    private void WaitOrThrow(short events)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == WouldBlock)
        {
            var waiting = new PollDescriptor { Descriptor = descriptor, Events = events };
            _ = Poll(ref waiting, 1, -1);
        }
        else if (error != Interrupted)
        {
            throw new IOException($"standard stream {descriptor} cannot be used: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint NativeRead(int file, ref byte data, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint NativeWrite(int file, in byte data, nint count);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMs);

    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Result;
    }
}
