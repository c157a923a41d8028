using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Sidecars;

/// <summary>A disk whose sidecars are looked at or changed: its directory, opened, and what its descriptor says.</summary>
internal sealed class SidecarDisk : IDisposable
{
    private const int BusyMs = 5_000;
    private const int FirstPauseMs = 10;
    private const int LongestPauseMs = 400;

    private Descriptor _descriptor;

    private SidecarDisk(DirectoryHandle directory, string fileName, string id)
    {
        Directory = directory;
        FileName = fileName;
        Id = id;
        _descriptor = ReadDescriptor();
    }

    /// <summary>Where the disk is.</summary>
    public DirectoryHandle Directory { get; }

    /// <summary>Name of its descriptor.</summary>
    public string FileName { get; }

    /// <summary><c>name@datastore</c>, or its path.</summary>
    public string Id { get; }

    /// <summary>Whether the agent's own metadata is among its sidecars.</summary>
    public bool HasOwn => _descriptor.Sidecars.Exists(one => SidecarKey.IsOwn(one.Key));

    /// <summary>Takes over an opened directory.</summary>
    /// <exception cref="OperationException"><c>VolumeNotFound</c>, <c>MetadataDamaged</c>; the directory is closed then.</exception>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static SidecarDisk Open(DirectoryHandle directory, string fileName, string id)
    {
        try
        {
            return new SidecarDisk(directory, fileName, id);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Opens the disk of a volume.</summary>
    /// <param name="group">Where it is.</param>
    /// <param name="name">Its name as a guest writes it.</param>
    public static SidecarDisk Open(GroupDirectory group, string name)
    {
        string found = group.FindName(name) ?? throw NotFound(group.IdOf(name));
        return Open(group.Volumes.TryOpenDirectory(found) ?? throw NotFound(group.IdOf(found)), VolumeFiles.DescriptorOf(found), group.IdOf(found));
    }

    /// <summary>There is no such disk.</summary>
    public static OperationException NotFound(string id) => new(new WireError(ErrorKind.VolumeNotFound, $"There is no disk '{id}'.") { Target = id });

    /// <summary>Reads the descriptor again, after a tool has changed it.</summary>
    public void Refresh() => _descriptor = ReadDescriptor();

    /// <summary>The file of a sidecar; null where the disk has none with that key.</summary>
    /// <exception cref="OperationException"><c>MetadataDamaged</c>: the descriptor has it twice, or names no file beside itself.</exception>
    public string? FileOf(string key)
    {
        List<KeyValuePair<string, string>> found = _descriptor.Sidecars.FindAll(one => one.Key == key);
        return found.Count switch
        {
            0 => null,
            1 when !found[0].Value.AsSpan().ContainsAny('/', '\0') => found[0].Value,
            1 => throw Damaged(key, $"names the file '{found[0].Value}', which is not beside it"),
            _ => throw Damaged(key, $"has {found.Count} entries for it"),
        };
    }

    /// <summary>Opens the file of a sidecar, to write for this one alone, patiently where somebody else has it.</summary>
    /// <exception cref="OperationException"><c>SidecarNotFound</c>, <c>MetadataDamaged</c>, <c>VolumeInUse</c>.</exception>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public FileHandle OpenContent(string key, bool forWriting, CancelSignal cancel)
    {
        string name = FileOf(key) ?? throw SidecarNotFound(key);
        FileHandle? opened = null;
        Patiently(cancel, () =>
        {
            FileHandle file = Directory.TryOpenFile(name, forWriting) ?? throw Damaged(key, $"names the file '{name}', which is missing");
            if (!file.TryLock(exclusive: forWriting))
            {
                file.Dispose();
                throw InUse(key);
            }

            opened = file;
        });
        return opened!;
    }

    /// <summary>Does something that fails while somebody else has the disk or the sidecar open, until it succeeds or five seconds are over.</summary>
    public void Patiently(CancelSignal cancel, Action act)
    {
        long deadline = Environment.TickCount64 + BusyMs;
        for (int pause = FirstPauseMs; ; pause = Math.Min(pause * 2, LongestPauseMs))
        {
            try
            {
                act();
                return;
            }
            catch (OperationException e) when (e.Error.Kind == ErrorKind.VolumeInUse && Environment.TickCount64 < deadline)
            {
                // Below.
            }
            catch (PosixException e) when (e.Number is Errno.Busy or Errno.Again)
            {
                if (Environment.TickCount64 >= deadline)
                {
                    throw InUse(null);
                }
            }

            cancel.ThrowIfRequested();

            // Two that wait for each other must not wake together for ever.
            Thread.Sleep((pause / 2) + (int)(Stopwatch.GetTimestamp() % pause));
        }
    }

    /// <summary>The sidecars but the agent's own, in the order of the descriptor.</summary>
    /// <param name="toolSays">What the host's tool lists; null where it was not asked.</param>
    public Sidecar[] All(string? toolSays)
    {
        var sidecars = new List<Sidecar>();
        foreach (KeyValuePair<string, string> one in _descriptor.Sidecars)
        {
            if (!SidecarKey.IsOwn(one.Key))
            {
                sidecars.Add(Describe(one.Key, one.Value) with
                {
                    Confirmed = toolSays is null ? null : toolSays.Contains(one.Key, StringComparison.Ordinal) || toolSays.Contains(one.Value, StringComparison.Ordinal),
                });
            }
        }

        return sidecars.ToArray();
    }

    /// <summary>A sidecar as it is now.</summary>
    /// <exception cref="OperationException"><c>SidecarNotFound</c>, <c>MetadataDamaged</c>.</exception>
    public Sidecar Describe(string key) => Describe(key, FileOf(key) ?? throw SidecarNotFound(key));

    /// <summary>The disk has no such sidecar.</summary>
    public OperationException SidecarNotFound(string key) => new(new WireError(ErrorKind.SidecarNotFound, $"The disk '{Id}' has no sidecar '{key}'.") { Target = key });

    /// <inheritdoc/>
    public void Dispose() => Directory.Dispose();

    private Sidecar Describe(string key, string file)
    {
        bool isPlain = file is not ("." or "..") && !file.AsSpan().ContainsAny('/', '\0');
        FileStatus? status = isPlain ? Directory.TryStat(file) : null;
        int entries = _descriptor.Sidecars.FindAll(one => one.Key == key).Count;
        string? problem = status is not { IsRegular: true } ? $"its file '{file}' is missing"
            : entries > 1 ? $"the descriptor has {entries} entries for it"
            : status.Value.Size % SidecarKey.Alignment != 0 ? $"its size of {status.Value.Size} bytes is no multiple of {SidecarKey.Alignment}: snapshots of the disk fail"
            : null;
        return new Sidecar { Disk = Id, Key = key, FileName = file, SizeBytes = status is { IsRegular: true } ? status.Value.Size : null, Problem = problem };
    }

    private Descriptor ReadDescriptor()
    {
        byte[]? text = Directory.TryReadFile(FileName, Descriptor.MaxBytes);
        if (text is null && Directory.TryStat(FileName) is null)
        {
            throw NotFound(Id);
        }

        string? problem = "it is far too large";
        return (text is null ? null : Descriptor.TryParse(text, out problem)) ?? throw new OperationException(
            new WireError(ErrorKind.MetadataDamaged, $"The descriptor of the disk '{Id}' cannot be read: {problem}.") { Target = Id });
    }

    private OperationException Damaged(string key, string what) => new(new WireError(ErrorKind.MetadataDamaged, $"The sidecar '{key}' is damaged: the descriptor of '{Id}' {what}.")
    {
        Target = key,
        RecommendedAction = "Look at Test-VmdkVolume -Detailed; Update-VmdkSidecarDatabase makes the descriptor fit the files that are there.",
    });

    private OperationException InUse(string? key) => new(new WireError(
        ErrorKind.VolumeInUse, key is null ? $"The disk '{Id}' is in use by another." : $"The sidecar '{key}' of '{Id}' is in use by another.")
    {
        Target = key ?? Id,
        RecommendedAction = "Wait until the other one is done, then try again.",
        RetryAfterMs = 1_000,
    });
}
