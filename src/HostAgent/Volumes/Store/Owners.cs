using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>
/// Which agents are alive: several hosts may share a datastore, and what one of them has begun is nobody else's to finish as long as it lives. Each agent that
/// changes something on a datastore keeps a heartbeat there, <c>esxagent/.owners/&lt;owner></c>.
/// </summary>
/// <param name="hostUuid">Uuid of this host; null where it is not known, and no other agent is taken for one of this host then.</param>
internal sealed class Owners(Func<string?> hostUuid) : IDisposable
{
    private const string Folder = ".owners";
    private const int BeatMs = 10_000;

    /// <summary>A heartbeat that has not changed for that long, by this agent's own clock, belongs to a dead agent: clocks of hosts differ, silence does not.</summary>
    private const int StaleMs = 60_000;

    /// <summary>Nor is it waited for at all where the file is that old by the file system's own times: hosts' clocks do not differ that much.</summary>
    private const int LongDeadSeconds = 600;

    private const int ForgetSeconds = 24 * 60 * 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (FileHandle File, DirectoryHandle Folder)> _beating = [];
    private readonly Dictionary<string, (long Modified, long Since)> _observed = [];
    private string? _id;
    private ulong _beat;
    private bool _isOver;

    /// <summary>This agent: <c>host.process.number</c>.</summary>
    public string Id
    {
        get
        {
            lock (_lock)
            {
                return _id ??= MakeId();
            }
        }
    }

    /// <summary>Begins this agent's heartbeat on a datastore; does nothing where it beats already.</summary>
    /// <param name="root">The datastore's <c>esxagent</c> directory.</param>
    /// <param name="datastore">Uuid of the datastore.</param>
    /// <exception cref="PosixException">The file cannot be written.</exception>
    public void Beat(DirectoryHandle root, string datastore)
    {
        string id = Id;
        lock (_lock)
        {
            if (_beating.ContainsKey(datastore))
            {
                return;
            }

            DirectoryHandle folder = root.OpenOrMakeDirectory(Folder);
            FileHandle? file = null;
            try
            {
                file = folder.TryMakeFile(id) ?? throw new PosixException(Errno.Exists, $"the heartbeat '{folder.Path}/{id}' is there already");
                WriteBeat(file);
                Forget(folder);
                _beating[datastore] = (file, folder);
            }
            catch
            {
                file?.Dispose();
                folder.Dispose();
                throw;
            }

            if (_beating.Count == 1)
            {
                _ = AgentThread.TryStart(BeatOn);
            }
        }
    }

    /// <summary>Whether an agent is dead, so that what it has begun may be finished or undone.</summary>
    /// <param name="root">The datastore's <c>esxagent</c> directory.</param>
    /// <param name="owner">Its <see cref="Id"/>.</param>
    /// <exception cref="PosixException">Its heartbeat cannot be looked at.</exception>
    public bool IsGone(DirectoryHandle root, string owner)
    {
        if (owner == Id)
        {
            return false;
        }

        if (IsOfThisHost(owner, out int process) && Libc.Kill(process, 0) < 0 && Errno.Last == Errno.NoSuchProcess)
        {
            return true;
        }

        using DirectoryHandle? folder = root.TryOpenDirectory(Folder);
        FileStatus? beat = IsName(owner) ? folder?.TryStat(owner) : null;
        if (beat is null)
        {
            // It takes its heartbeat away when it ends in order, and makes it before it begins anything.
            return true;
        }

        long modified = (beat.Value.ModifiedSeconds * 1_000_000_000) + beat.Value.ModifiedNanoseconds;
        lock (_lock)
        {
            if (!_observed.TryGetValue(owner, out (long Modified, long Since) seen) || seen.Modified != modified)
            {
                _observed[owner] = seen = (modified, Environment.TickCount64);
            }

            return Environment.TickCount64 - seen.Since >= StaleMs || NowOf(folder!) - beat.Value.ModifiedSeconds >= LongDeadSeconds;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach ((FileHandle file, DirectoryHandle folder) in _beating.Values)
            {
                file.Dispose();
                try
                {
                    folder.RemoveFile(_id!);
                }
                catch (PosixException)
                {
                    // The datastore is gone; a heartbeat that stands still says the same.
                }

                folder.Dispose();
            }

            _beating.Clear();
        }
    }

    private string MakeId()
    {
        Span<byte> number = stackalloc byte[8];
        RandomBytes.Fill(number);
        string host = hostUuid() ?? "unknown";
        return string.Create(CultureInfo.InvariantCulture, $"{host}.{Libc.Getpid()}.{Convert.ToHexStringLower(number)}");
    }

    private bool IsOfThisHost(string owner, out int process)
    {
        process = 0;
        string[] parts = owner.Split('.');
        return parts.Length == 3 && hostUuid() is string host && parts[0] == host
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out process) && process > 0;
    }

    /// <summary>An owner's name comes from a file that somebody else may have written.</summary>
    private static bool IsName(string owner) => owner.Length is > 0 and <= 128 && owner[0] != '.' && !owner.AsSpan().ContainsAny('/', '\0');

    /// <summary>The file system's present time: that of this agent's own heartbeat, written just now; else the clock's.</summary>
    private long NowOf(DirectoryHandle folder)
    {
        foreach ((FileHandle file, DirectoryHandle own) in _beating.Values)
        {
            if (own.Path == folder.Path)
            {
                WriteBeat(file);
                return file.Status.ModifiedSeconds;
            }
        }

        return UnixTime.NowSeconds;
    }

    private void WriteBeat(FileHandle file)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, ++_beat);
        file.Write(number, 0);
    }

    /// <summary>Takes away heartbeats that stopped more than a day ago.</summary>
    private static void Forget(DirectoryHandle folder)
    {
        long now = UnixTime.NowSeconds;
        foreach (string name in new List<string>(folder.Names()))
        {
            if (folder.TryStat(name) is FileStatus { IsRegular: true } status && now - status.ModifiedSeconds > ForgetSeconds)
            {
                folder.RemoveFile(name);
            }
        }
    }

    private void BeatOn()
    {
        while (true)
        {
            Thread.Sleep(BeatMs);
            lock (_lock)
            {
                if (_isOver)
                {
                    return;
                }

                foreach ((FileHandle file, _) in _beating.Values)
                {
                    try
                    {
                        WriteBeat(file);
                    }
                    catch (PosixException)
                    {
                        // The datastore is away: others will take this agent for dead there, which it is to them.
                    }
                }
            }
        }
    }
}
