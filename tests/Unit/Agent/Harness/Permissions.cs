using System;
using System.Globalization;
using System.IO;

namespace EsxAgent.Tests.Agent;

/// <summary>Permissions of files as a person writes them: <c>755</c>.</summary>
internal static class Permissions
{
    /// <summary>Sets them.</summary>
    public static void Set(string path, string octal)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
        }
    }

    /// <summary>Reads them.</summary>
    public static string Of(string path) =>
        OperatingSystem.IsWindows() ? string.Empty : Convert.ToString((int)File.GetUnixFileMode(path), 8).ToString(CultureInfo.InvariantCulture);
}
