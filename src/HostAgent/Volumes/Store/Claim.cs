using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Volumes.Store;

/// <summary>
/// What a change holds while it runs: the directory <c>.staging/&lt;name in lower case></c>. It is lock, journal and workshop in one: it appears with the intent in it by
/// one rename, which fails where another change of that name holds it, on whatever host; new volumes are built in it and leave it by one rename, removed ones enter it by
/// one; and what a dead agent leaves in it tells how far it came.
/// </summary>
internal sealed class Claim : IDisposable
{
    private const string Beginning = ".new-";
    private const string TakenOver = "owner.";

    private readonly GroupDirectory _group;
    private bool _isHeld = true;

    private Claim(GroupDirectory group, string key, Intent intent, DirectoryHandle directory)
    {
        _group = group;
        Key = key;
        Intent = intent;
        Directory = directory;
    }

    /// <summary>Name of the directory: the volume's, in lower case.</summary>
    public string Key { get; }

    /// <summary>What is being done.</summary>
    public Intent Intent { get; }

    /// <summary>The directory.</summary>
    public DirectoryHandle Directory { get; }

    /// <summary>Takes the claim of a name.</summary>
    /// <returns>Null where another change holds it.</returns>
    /// <exception cref="PosixException">The datastore cannot be written.</exception>
    public static Claim? TryTake(GroupDirectory group, Intent intent)
    {
        string key = VolumeName.Key(intent.Name);
        string beginning = BeginningOf(intent.Owner, intent.OperationId);
        DirectoryHandle staging = group.Staging;
        staging.RemoveTree(beginning);
        _ = staging.TryMakeDirectory(beginning);
        DirectoryHandle directory = staging.TryOpenDirectory(beginning) ?? throw new PosixException(Errno.NoEntry, $"'{staging.Path}/{beginning}' vanished");
        try
        {
            using (FileHandle file = directory.TryMakeFile(Intent.FileName) ?? throw new PosixException(Errno.Exists, $"'{directory.Path}' is used by another"))
            {
                file.Write(intent.ToJson(), 0);
                file.Sync();
            }

            directory.Sync();
            if (TryRename(staging, beginning, staging, key))
            {
                staging.Sync();
                return new Claim(group, key, intent, directory);
            }
        }
        catch
        {
            directory.Dispose();
            staging.RemoveTree(beginning);
            throw;
        }

        directory.Dispose();
        staging.RemoveTree(beginning);
        return null;
    }

    /// <summary>Looks at who holds a name.</summary>
    /// <param name="group">The group.</param>
    /// <param name="key">The name in lower case.</param>
    /// <param name="owner">The agent that holds it now: the one that began, or one that took over from it; null where that cannot be told.</param>
    /// <returns>What is being done; null where nobody holds the name or what is there cannot be read.</returns>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public static Intent? TryRead(GroupDirectory group, string key, out string? owner)
    {
        owner = null;
        using DirectoryHandle? directory = group.Staging.TryOpenDirectory(key);
        return directory is null ? null : ReadIntent(directory, out owner, out _);
    }

    /// <summary>Takes a claim over from an agent that is dead. Of several that try, one succeeds.</summary>
    /// <param name="group">The group.</param>
    /// <param name="key">The name in lower case.</param>
    /// <param name="owners">Who is alive.</param>
    /// <param name="mayBeOwn">True where nothing of this agent works on the name, so that a claim of its own is one that it could not end before.</param>
    /// <returns>Null where its owner lives, where another was faster, or where nobody holds it.</returns>
    /// <exception cref="PosixException">The datastore cannot be written.</exception>
    public static Claim? TryTakeOver(GroupDirectory group, string key, Owners owners, bool mayBeOwn)
    {
        DirectoryHandle? directory = group.Staging.TryOpenDirectory(key);
        if (directory is null)
        {
            return null;
        }

        try
        {
            Intent? intent = ReadIntent(directory, out string? owner, out int takenOver);
            bool isGone = intent is not null && owner is not null && (owner == owners.Id ? mayBeOwn : owners.IsGone(group.Root, owner));
            if (isGone && TryMark(group.Staging, directory, owners.Id, takenOver + 1))
            {
                var claim = new Claim(group, key, intent!, directory);
                directory = null;
                return claim;
            }

            return null;
        }
        finally
        {
            directory?.Dispose();
        }
    }

    /// <summary>Whether this agent still holds it. Nobody takes a claim from a living agent; one whose heartbeat could not be seen for long may have lost it.</summary>
    /// <exception cref="PosixException">The datastore cannot be read.</exception>
    public bool IsStillOurs(string owner) => TryRead(_group, Key, out string? holder)?.OperationId == Intent.OperationId && holder == owner;

    /// <summary>Gives the name free. What is still in the directory goes with it.</summary>
    /// <exception cref="PosixException">It cannot be removed; recovery will.</exception>
    public void Release()
    {
        if (!_isHeld)
        {
            return;
        }

        // The intent goes last: as long as anything is there, it tells whose it is.
        foreach (string name in new List<string>(Directory.Names()))
        {
            if (name != Intent.FileName)
            {
                RemovePatiently(name);
            }
        }

        Directory.RemoveFile(Intent.FileName);
        _isHeld = false;
        try
        {
            _group.Staging.RemoveDirectory(Key);
        }
        catch (PosixException e) when (e.Number is Errno.NotEmpty or Errno.Exists)
        {
            // Empty as it was, the next change of this name has taken its place.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Dispose();

    /// <summary>A tool that was just killed, or outlived the agent that started it, may make its last file meanwhile.</summary>
    private void RemovePatiently(string name)
    {
        const int Tries = 20;
        const int PauseMs = 50;
        for (int i = 1; ; i++)
        {
            try
            {
                Directory.RemoveTree(name);
                return;
            }
            catch (PosixException e) when (i < Tries && e.Number is Errno.NotEmpty or Errno.Exists or Errno.Busy)
            {
                Thread.Sleep(PauseMs);
            }
        }
    }

    /// <summary>The agent whose unfinished beginning a name in <c>.staging</c> is; null where it is a claim.</summary>
    public static string? OwnerOfBeginning(string name)
    {
        if (!name.StartsWith(Beginning, StringComparison.Ordinal))
        {
            return null;
        }

        int end = name.LastIndexOf('~');
        return end < Beginning.Length ? string.Empty : name[Beginning.Length..end];
    }

    private static string BeginningOf(string owner, string what) => $"{Beginning}{owner}~{what}";

    private static Intent? ReadIntent(DirectoryHandle directory, out string? owner, out int takenOver)
    {
        byte[]? text = directory.TryReadFile(Intent.FileName, Intent.MaxBytes);
        Intent? intent = text is null ? null : Intent.TryRead(text);
        owner = intent?.Owner;
        takenOver = 0;
        foreach (string name in directory.Names())
        {
            bool isLater = name.StartsWith(TakenOver, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(TakenOver.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > takenOver;
            if (isLater)
            {
                takenOver = int.Parse(name.AsSpan(TakenOver.Length), NumberStyles.None, CultureInfo.InvariantCulture);
                owner = FirstName(directory, name) ?? owner;
            }
        }

        return intent;
    }

    private static string? FirstName(DirectoryHandle directory, string inner)
    {
        using DirectoryHandle? marked = directory.TryOpenDirectory(inner);
        foreach (string name in marked?.Names() ?? [])
        {
            return name;
        }

        return null;
    }

    /// <summary>
    /// Puts the new owner's name into the claim: a directory <c>owner.n</c> with a directory of that name in it, so that it is there with its content or not at all.
    /// </summary>
    private static bool TryMark(DirectoryHandle staging, DirectoryHandle claim, string owner, int number)
    {
        string beginning = BeginningOf(owner, RandomBytes.Uuid());
        _ = staging.TryMakeDirectory(beginning);
        try
        {
            using (DirectoryHandle mark = staging.OpenOrMakeDirectory(beginning))
            {
                _ = mark.TryMakeDirectory(owner);
            }

            return TryRename(staging, beginning, claim, $"{TakenOver}{number}");
        }
        catch (PosixException e) when (e.Number == Errno.NoEntry)
        {
            // Another one was faster by so much that the claim is gone already.
            return false;
        }
        finally
        {
            staging.RemoveTree(beginning);
        }
    }

    /// <summary>Renames a directory to a name that nobody may hold; an empty directory there is what an interrupted release left and counts for nothing.</summary>
    private static bool TryRename(DirectoryHandle from, string name, DirectoryHandle to, string newName)
    {
        int error = from.Rename(name, to, newName);
        return error switch
        {
            0 => true,
            Errno.NotEmpty or Errno.Exists => false,
            _ => throw new PosixException(error, $"'{from.Path}/{name}' cannot be renamed"),
        };
    }
}
