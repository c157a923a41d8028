using System;
using System.Diagnostics;
using System.IO;

namespace EsxAgent.Tests.Volumes;

/// <summary>The library of <c>tests/Crash</c> that makes one step of an agent its last; compiled once.</summary>
internal static class LastStep
{
    private static readonly Lazy<string> s_library = new(Compile);

    /// <summary>The command that starts an agent under it.</summary>
    /// <param name="armed">A file: counting begins when it exists.</param>
    /// <param name="how"><c>kill</c>, <c>full</c> or <c>cut</c>, as tests/Crash/laststep.c says.</param>
    /// <param name="at">The call, or byte, at which it happens, from 1.</param>
    public static string[] Launcher(string armed, string how, int at) =>
        ["/usr/bin/env", $"LD_PRELOAD={s_library.Value}", $"LASTSTEP_ARM={armed}", $"LASTSTEP_HOW={how}", $"LASTSTEP_AT={at}"];

    private static string Compile()
    {
        string library = Path.Combine(Directory.CreateTempSubdirectory("laststep-").FullName, "laststep.so");
        using Process compiler = Process.Start("cc", ["-shared", "-fPIC", "-O2", "-std=gnu11", "-o", library, Path.Combine(Built.Root, "tests", "Crash", "laststep.c"), "-ldl"]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? library : throw new InvalidOperationException("tests/Crash/laststep.c cannot be compiled; gcc is needed.");
    }
}
