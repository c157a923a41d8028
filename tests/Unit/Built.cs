using System;
using System.IO;

namespace EsxAgent.Tests;

/// <summary>Where the build has put what the tests start as processes.</summary>
internal static class Built
{
    /// <summary>The repository's root: the folder above this assembly that holds the module manifest.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The listener.</summary>
    public static string Esxagent => Path.Combine(Root, "out", "agent", "esxagent");

    /// <summary>The simulated host.</summary>
    public static string Esxsim => Path.Combine(Root, "out", "sim", "esxsim");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EsxAgent.psd1")) && Directory.Exists(Path.Combine(folder.FullName, "src")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run below the repository; EsxAgent.psd1 was not found above them.");
    }
}
