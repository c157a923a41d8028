using System;
using System.Runtime.InteropServices;
using System.Threading;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Tools;

/// <summary>
/// One child, started without a shell: fixed path, argument vector, empty environment, nothing inherited but its three streams and a <see cref="Lifeline"/>,
/// a process group of its own so that what it starts can be ended with it.
/// </summary>
internal sealed unsafe class ChildProcess
{
    private static readonly byte[] DevNull = PathBytes.Of("/dev/null");

    /// <summary>The directory that the agent was started in, opened at the first use and for good.</summary>
    private static int s_home = -1;

    private readonly Lock _lock = new();
    private readonly int _id;
    private readonly Lifeline _lifeline;
    private bool _ended;

    private ChildProcess(int id, int input, int output, int error, Lifeline lifeline)
    {
        _id = id;
        InputDescriptor = input;
        _lifeline = lifeline;
        OutputDescriptor = output;
        ErrorDescriptor = error;
    }

    /// <summary>Write end of its standard input; open until <see cref="Release"/>. -1 where its input is empty.</summary>
    public int InputDescriptor { get; }

    /// <summary>Read end of its standard output; open until <see cref="Release"/>.</summary>
    public int OutputDescriptor { get; }

    /// <summary>Read end of its standard error; open until <see cref="Release"/>.</summary>
    public int ErrorDescriptor { get; }

    /// <summary>Starts a child.</summary>
    /// <param name="path">Absolute path of the executable.</param>
    /// <param name="arguments">What follows the path in its argument vector.</param>
    /// <param name="directory">Where it starts; null for where the agent itself was started.</param>
    /// <param name="error">Errno of the failure; 0 otherwise.</param>
    /// <param name="hasInput">True to keep a pipe to its standard input; else that is empty.</param>
    /// <returns>Null where it could not be started.</returns>
    public static ChildProcess? Start(string path, ReadOnlySpan<string> arguments, DirectoryHandle? directory, out int error, bool hasInput = false)
    {
        byte[][] vector = new byte[arguments.Length + 1][];
        vector[0] = PathBytes.Of(path);
        for (int i = 0; i < arguments.Length; i++)
        {
            vector[i + 1] = PathBytes.Of(arguments[i]);
        }

        lock (DescriptorGate.Gate)
        {
            int* output = stackalloc int[2];
            int* errors = stackalloc int[2];
            int* input = stackalloc int[2] { -1, -1 };
            if (!DescriptorGate.TryPipe(output, out error))
            {
                return null;
            }

            if (!DescriptorGate.TryPipe(errors, out error))
            {
                Close(output);
                return null;
            }

            if (hasInput && !DescriptorGate.TryPipe(input, out error))
            {
                Close(output);
                Close(errors);
                return null;
            }

            Lifeline lifeline = Lifeline.Make();
            int id = directory is null
                ? Spawn(vector, input[0], output[1], errors[1], lifeline, out error)
                : SpawnIn(directory, vector, input[0], output[1], errors[1], lifeline, out error);
            lifeline.Tie(id);
            Libc.Close(output[1]);
            Libc.Close(errors[1]);
            CloseIfOpen(input[0]);
            if (id > 0)
            {
                return new ChildProcess(id, input[1], output[0], errors[0], lifeline);
            }

            CloseIfOpen(input[1]);
            lifeline.Release();
            Libc.Close(output[0]);
            Libc.Close(errors[0]);
            return null;
        }
    }

    /// <summary>Ends the child and everything in its process group, at once. Does nothing when it has been waited for: its id may belong to another then.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _ = Libc.Kill(-_id, PosixConstants.SignalKill);

                // The group exists from the moment of the start, but only if the C library made it before exec; the child itself surely exists.
                _ = Libc.Kill(_id, PosixConstants.SignalKill);
            }
        }
    }

    /// <summary>Closes the descriptors; what the child has started in its process group and left behind ends with that.</summary>
    public void Release()
    {
        CloseIfOpen(InputDescriptor);
        Libc.Close(OutputDescriptor);
        Libc.Close(ErrorDescriptor);
        _lifeline.Release();
    }

    /// <summary>Takes the child's end if it has come.</summary>
    /// <param name="status">The status as waitpid gives it.</param>
    public bool TryWait(out int status)
    {
        int raw = 0;
        lock (_lock)
        {
            if (!_ended)
            {
                int answer;
                do
                {
                    answer = Libc.WaitPid(_id, &raw, PosixConstants.WaitNoHang);
                }
                while (answer < 0 && Errno.Last == Errno.Interrupted);

                // A negative answer means that the system has forgotten the child: nothing will ever come.
                _ended = answer != 0;
            }

            status = raw;
            return _ended;
        }
    }

    /// <summary>
    /// Starts a child in a directory that was opened before: what its path has come to mean since then does not matter. The working directory is the whole
    /// process's; it is changed only here, with the gate held, and the agent itself uses no path that is relative.
    /// </summary>
    private static int SpawnIn(DirectoryHandle directory, byte[][] vector, int input, int output, int errors, Lifeline lifeline, out int error)
    {
        fixed (byte* here = "."u8)
        {
            s_home = s_home < 0 ? Libc.Open(here, PosixConstants.OpenReadOnly | PosixConstants.OpenDirectory | PosixConstants.OpenCloseOnExec, 0) : s_home;
        }

        if (s_home < 0 || Libc.ChangeDirectory(directory.Descriptor) < 0)
        {
            error = Errno.Last;
            return -1;
        }

        try
        {
            return Spawn(vector, input, output, errors, lifeline, out error);
        }
        finally
        {
            _ = Libc.ChangeDirectory(s_home);
        }
    }

    private static int Spawn(byte[][] vector, int input, int output, int errors, Lifeline lifeline, out int error)
    {
        byte* actions = stackalloc byte[PosixConstants.SpawnStructureSize];
        byte* attributes = stackalloc byte[PosixConstants.SpawnStructureSize];
        byte* noSignals = stackalloc byte[PosixConstants.SignalSetSize];
        byte* pipeSignal = stackalloc byte[PosixConstants.SignalSetSize];
        byte** pointers = stackalloc byte*[vector.Length + 1];
        byte** environment = stackalloc byte*[1];
        environment[0] = null;

        // The pinned handles live as long as the call; a stackalloc of pointers cannot be written with nested fixed statements.
        var pins = new GCHandle[vector.Length];
        for (int i = 0; i < vector.Length; i++)
        {
            pins[i] = GCHandle.Alloc(vector[i], GCHandleType.Pinned);
            pointers[i] = (byte*)pins[i].AddrOfPinnedObject();
        }

        pointers[vector.Length] = null;
        const short Flags = PosixConstants.SpawnSetProcessGroup | PosixConstants.SpawnSetSignalDefault | PosixConstants.SpawnSetSignalMask | PosixConstants.SpawnUseVfork;
        try
        {
            fixed (byte* devNull = DevNull)
            {
                // The agent blocks the signals that end it and ignores SIGPIPE; a tool must get both the usual way.
                Libc.SigEmptySet(noSignals);
                Libc.SigEmptySet(pipeSignal);
                Libc.SigAddSet(pipeSignal, PosixConstants.SignalPipe);
                int id = 0;
                error = FirstOf(
                    Libc.SpawnFileActionsInit(actions),
                    Libc.SpawnAttributesInit(attributes),
                    input < 0
                        ? Libc.SpawnFileActionsAddOpen(actions, 0, devNull, PosixConstants.OpenReadOnly, 0)
                        : Libc.SpawnFileActionsAddDup2(actions, input, 0),
                    Libc.SpawnFileActionsAddDup2(actions, output, 1),
                    Libc.SpawnFileActionsAddDup2(actions, errors, 2),
                    lifeline.HandTo(actions),
                    Libc.SpawnAttributesSetFlags(attributes, Flags),
                    Libc.SpawnAttributesSetProcessGroup(attributes, 0),
                    Libc.SpawnAttributesSetSignalMask(attributes, noSignals),
                    Libc.SpawnAttributesSetSignalDefault(attributes, pipeSignal));
                error = error != 0 ? error : Libc.PosixSpawn(&id, pointers[0], actions, attributes, pointers, environment);
                return error == 0 ? id : -1;
            }
        }
        finally
        {
            Libc.SpawnFileActionsDestroy(actions);
            Libc.SpawnAttributesDestroy(attributes);
            foreach (GCHandle pin in pins)
            {
                pin.Free();
            }
        }
    }

    /// <summary>The first error of several calls that each answer 0 or an error number.</summary>
    private static int FirstOf(params ReadOnlySpan<int> errors)
    {
        int index = errors.IndexOfAnyExcept(0);
        return index < 0 ? 0 : errors[index];
    }

    private static void CloseIfOpen(int descriptor)
    {
        if (descriptor >= 0)
        {
            Libc.Close(descriptor);
        }
    }

    private static void Close(int* ends)
    {
        Libc.Close(ends[0]);
        Libc.Close(ends[1]);
    }
}
