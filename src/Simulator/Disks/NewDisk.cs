using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Disks;

/// <summary>A disk in the making: its files go again unless it is kept. Nobody else can open it meanwhile.</summary>
internal sealed class NewDisk : IDisposable
{
    private readonly List<string> _made = [];
    private PosixFile? _extent;
    private bool _isKept;

    private NewDisk(DiskPlace place) => Place = place;

    /// <summary>Where the descriptor will lie.</summary>
    public DiskPlace Place { get; }

    /// <summary>The name of the file with the data.</summary>
    public string ExtentName => FlatName(Place.BaseName);

    /// <summary>The file with the data, once it is made.</summary>
    public PosixFile Extent => _extent ?? throw new InvalidOperationException("the extent is not made yet");

    /// <summary>The name of a flat disk's file with the data.</summary>
    public static string FlatName(string baseName) => baseName + "-flat.vmdk";

    /// <summary>Finds the place for a disk.</summary>
    /// <exception cref="DiskException">It is taken, or there is none.</exception>
    public static NewDisk At(HostDirectory host, string given)
    {
        DiskPlace place = DiskPlace.Find(host, given) ?? throw new DiskException(ToolErrorCode.NotFound);
        if (!place.FullPath.EndsWith(".vmdk", StringComparison.Ordinal) || place.BaseName.Length == 0
            || place.BaseName.AsSpan().IndexOfAny('"', '\n', '\r') >= 0)
        {
            throw new DiskException(ToolErrorCode.InvalidArgument);
        }

        var disk = new NewDisk(place);
        if (FileStatus.Of(place.OpenPath) is not null || FileStatus.Of(Path.Combine(place.Directory, disk.ExtentName)) is not null)
        {
            throw new DiskException(ToolErrorCode.AlreadyExists);
        }

        return disk;
    }

    /// <summary>Makes the file with the data, empty and locked.</summary>
    public void MakeExtent()
    {
        _extent = Make(ExtentName);
        _extent.TryLock(exclusive: true);
    }

    /// <summary>Makes the descriptor.</summary>
    public void MakeDescriptor(DiskDescriptor descriptor)
    {
        using PosixFile file = Make(Path.GetFileName(Place.FullPath));
        file.Write(Encoding.UTF8.GetBytes(descriptor.Text()), 0);
    }

    /// <summary>Makes another file beside the descriptor.</summary>
    public PosixFile Make(string name)
    {
        string path = Path.Combine(Place.Directory, name);
        PosixFile file = PosixFile.Create(path);
        _made.Add(path);
        return file;
    }

    /// <summary>Keeps the disk: it is whole.</summary>
    public void Keep() => _isKept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (string path in _isKept ? [] : _made)
        {
            File.Delete(path);
        }

        _extent?.Dispose();
    }
}
