using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Sidecars;

/// <summary>The sidecars of an opened disk: their files and their entries in the descriptor.</summary>
internal sealed class SidecarSet(ToolCall call, VirtualDisk disk)
{
    private const int Alignment = 4096;
    private const int ChunkBytes = 1 << 20;

    private readonly List<(string Key, string FileName)> _list = SidecarList.Read(disk.Descriptor, disk.Place.Given);

    /// <summary>Makes a sidecar of zeros: first the file, then the entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="size">The size in bytes, a multiple of 4096.</param>
    /// <param name="opensExisting">Whether one that is there is taken as it is.</param>
    /// <exception cref="DiskException">It is there already, or cannot be made.</exception>
    public void Create(string key, long size, bool opensExisting)
    {
        RefuseSize(size);
        if (!SidecarList.IsKey(key))
        {
            throw new DiskException(ToolErrorCode.InvalidArgument);
        }

        string name = SidecarList.FileName(disk.Place.BaseName, key);
        if (_list.Exists(one => one.Key == key))
        {
            if (!opensExisting)
            {
                throw new DiskException(ToolErrorCode.AlreadyExists);
            }

            using PosixFile existing = Open(disk, key, writable: true);
            Show(key, Path.GetFileName(existing.Path));
            return;
        }

        using SpaceReservation space = Reserve(size);
        string path = Path.Combine(disk.Place.Directory, name);
        using (PosixFile file = PosixFile.Create(path))
        {
            try
            {
                Append(file, 0, size);
            }
            catch (PosixException)
            {
                PosixFile.Delete(path);
                throw;
            }
        }

        call.Worked(50);
        _list.Add((key, name));
        SaveList();
        Show(key, name);
    }

    /// <summary>Makes a sidecar longer, with zeros, or shorter.</summary>
    /// <exception cref="DiskException">There is none, or it cannot have that size.</exception>
    public void Resize(string key, long size)
    {
        RefuseSize(size);
        using PosixFile file = Open(disk, key, writable: true);
        long before = file.Status.Length;
        using SpaceReservation space = Reserve(Math.Max(0, size - before));
        try
        {
            Append(file, before, size);
        }
        catch (PosixException)
        {
            file.SetLength(before);
            throw;
        }

        file.SetLength(size);
        call.Worked(100);
        Show(key, Path.GetFileName(file.Path));
    }

    /// <summary>Removes a sidecar: first the file, then the entry.</summary>
    /// <exception cref="DiskException">There is none, or somebody has it open.</exception>
    public void Delete(string key)
    {
        Remove(key);
        SaveList();
    }

    /// <summary>Removes all sidecars, one after another.</summary>
    /// <exception cref="DiskException">Somebody has one open; those before it are gone.</exception>
    public void DeleteAll()
    {
        while (_list.Count > 0)
        {
            Remove(_list[0].Key);
            SaveList();
        }
    }

    /// <summary>Prints what there is, with sizes.</summary>
    public void Print()
    {
        foreach ((string key, string name) in _list)
        {
            Show(key, name);
        }
    }

    /// <summary>
    /// Makes the entries agree with the files: what has no file goes, of two entries with one key the second does, and an entry that names a file of
    /// another base name gets the one that lies beside the descriptor, as after a rename by hand.
    /// </summary>
    public void UpdateDatabase()
    {
        var kept = new List<(string Key, string FileName)>();
        foreach ((string key, string name) in _list)
        {
            string own = SidecarList.Renamed(name, disk.Place.BaseName);
            string? found = IsThere(own) ? own : IsThere(name) ? name : null;
            if (found is not null && !kept.Exists(one => one.Key == key))
            {
                kept.Add((key, found));
            }
        }

        _list.Clear();
        _list.AddRange(kept);
        SaveList();
        Print();
    }

    /// <summary>Opens a sidecar's file for this one alone.</summary>
    /// <exception cref="DiskException">There is none, or somebody has it open.</exception>
    public static PosixFile Open(VirtualDisk disk, string key, bool writable)
    {
        (_, string? name) = SidecarList.Read(disk.Descriptor, disk.Place.Given).Find(one => one.Key == key);
        if (name is null)
        {
            throw new DiskException(ToolErrorCode.ObjectNotFound);
        }

        PosixFile file = PosixFile.Open(disk.PathOf(name), writable);
        if (!file.TryLock(exclusive: true))
        {
            file.Dispose();
            throw new DiskException(ToolErrorCode.Busy);
        }

        return file;
    }

    private static void RefuseSize(long size)
    {
        if (size <= 0 || size % Alignment != 0)
        {
            throw new DiskException(ToolErrorCode.InvalidArgument);
        }
    }

    // Sidecars have all of their blocks from the beginning.
    private static void Append(PosixFile file, long from, long to)
    {
        byte[] zeros = new byte[Math.Min(ChunkBytes, Math.Max(0, to - from))];
        for (long offset = from; offset < to;)
        {
            int length = (int)Math.Min(zeros.Length, to - offset);
            file.Write(zeros.AsSpan(0, length), offset);
            offset += length;
        }
    }

    private SpaceReservation Reserve(long bytes) =>
        SpaceReservation.Take(call.Host, disk.Place.Datastore, bytes) ?? throw new DiskException(ToolErrorCode.NoSpace);

    private void Remove(string key)
    {
        // An entry whose file is gone cannot be opened; it goes only by updateDDB.
        using PosixFile file = Open(disk, key, writable: true);
        PosixFile.Delete(file.Path);
        _list.RemoveAll(one => one.Key == key);
        call.Worked(50);
    }

    private bool IsThere(string name) => FileStatus.Of(Path.Combine(disk.Place.Directory, name)) is { IsRegular: true };

    private void SaveList()
    {
        SidecarList.Write(disk.Descriptor, _list, HostFacts.Read(call.Host).Disks);
        disk.Save();
        call.Worked(100);
    }

    private void Show(string key, string name)
    {
        string size = FileStatus.Of(Path.Combine(disk.Place.Directory, name)) is { } file
            ? file.Length.ToString(CultureInfo.InvariantCulture)
            : "";
        call.Print($"Sidecar:\n     key            : {key}\n     file           : {name}\n     size           : {size}\n");
    }
}
