using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Policy;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Volumes;

/// <summary>The rule for names of volumes: one becomes a directory and the beginning of file names on the datastore.</summary>
internal static class VolumeName
{
    private const int SnapshotDigits = 6;

    /// <summary>Ends that ESXi gives to the files of a disk: a volume of such a name could not be told from another's file.</summary>
    private static readonly string[] s_endsOfDiskFiles = ["-flat", "-delta", "-ctk", "-digest", "-sesparse", "-rdm", "-rdmp"];

    /// <summary>Names are unique without regard to case: this form is what they are compared and locked by.</summary>
    public static string Key(string name) => name.ToLowerInvariant();

    /// <summary>Lets a name pass or throws.</summary>
    /// <param name="name">What the guest gave; null where it gave none.</param>
    /// <param name="parameter">The parameter's name, for the message.</param>
    /// <exception cref="OperationException"><c>InvalidParams</c> with the rule that is broken.</exception>
    public static string Check(string? name, string parameter = "name") =>
        Problem(name) is string problem
            ? throw new OperationException(new WireError(ErrorKind.InvalidParams, $"The parameter '{parameter}' {problem}.") { Target = parameter })
            : name!;

    /// <summary>The rule that a name breaks; null where it may name a volume.</summary>
    public static string? Problem(string? name)
    {
        if (name is null)
        {
            return "is missing";
        }

        if (!GroupName.IsValid(name))
        {
            return "must be 1 to 80 of A-Z a-z 0-9 . _ - and begin with a letter or digit";
        }

        if (name.EndsWith(".vmdk", StringComparison.OrdinalIgnoreCase))
        {
            return "must not end in '.vmdk': it names the volume, not its file";
        }

        foreach (string end in s_endsOfDiskFiles)
        {
            if (name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                return $"must not end in '{end}': ESXi calls files of a disk so";
            }
        }

        return IsNameOfSnapshot(name) ? "must not end in '-' and six digits: ESXi calls delta disks so" : null;
    }

    /// <summary>Whether a name without its ending is that of a delta disk: <c>db-000001</c>.</summary>
    public static bool IsNameOfSnapshot(ReadOnlySpan<char> name) =>
        name.Length > SnapshotDigits && name[^(SnapshotDigits + 1)] == '-' && !name[^SnapshotDigits..].ContainsAnyExceptInRange('0', '9');

    /// <summary>Whether a name fits a pattern with <c>*</c> and <c>?</c>, without regard to case; everything fits null.</summary>
    public static bool Fits(string name, string? lowerPattern) => lowerPattern is null || NamePattern.Fits(Key(name), lowerPattern);

    /// <summary>Compares as <see cref="Key"/> does.</summary>
    public static IEqualityComparer<string> Comparer => StringComparer.OrdinalIgnoreCase;
}
