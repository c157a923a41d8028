using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace EsxAgent.Simulator.Host;

/// <summary>The entries of a virtual machine's configuration file, in order. Keys are the same in any case.</summary>
internal sealed class VmxEntries
{
    private readonly string _path;
    private readonly List<(string Key, string Value)> _entries = [];

    private VmxEntries(string path) => _path = path;

    /// <summary>The keys.</summary>
    public IEnumerable<string> Keys
    {
        get
        {
            foreach ((string key, _) in _entries)
            {
                yield return key;
            }
        }
    }

    /// <summary>The value of a key; null where it is not there, or to remove it.</summary>
    public string? this[string key]
    {
        get
        {
            int index = IndexOf(key);
            return index < 0 ? null : _entries[index].Value;
        }

        set
        {
            int index = IndexOf(key);
            if (value is null)
            {
                _entries.RemoveAll(one => one.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
            }
            else if (index < 0)
            {
                _entries.Add((key, value));
            }
            else
            {
                _entries[index] = (key, value);
            }
        }
    }

    /// <summary>Reads a file. Lines that are no entry are passed over and go when it is saved.</summary>
    /// <returns>Null where there is no such file.</returns>
    public static VmxEntries? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var entries = new VmxEntries(path);
        foreach (string line in File.ReadLines(path))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            ReadOnlySpan<char> value = line.AsSpan(equals + 1).Trim();
            if (equals > 0 && value.Length >= 2 && value[0] == '"' && value[^1] == '"')
            {
                entries._entries.Add((line[..equals].Trim(), Unescape(value[1..^1])));
            }
        }

        return entries;
    }

    /// <summary>Writes the file by way of a neighbour and a rename.</summary>
    public void Save()
    {
        var text = new StringBuilder();
        foreach ((string key, string value) in _entries)
        {
            VmxFile.Line(text, key, value);
        }

        File.WriteAllText(_path + "~", text.ToString());
        File.Move(_path + "~", _path, overwrite: true);
    }

    private int IndexOf(string key) => _entries.FindIndex(one => one.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    private static string Unescape(ReadOnlySpan<char> value)
    {
        var text = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '|' && i + 2 < value.Length
                && byte.TryParse(value.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code))
            {
                text.Append((char)code);
                i += 2;
            }
            else
            {
                text.Append(value[i]);
            }
        }

        return text.ToString();
    }
}
