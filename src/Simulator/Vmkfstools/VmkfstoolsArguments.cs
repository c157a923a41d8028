using System;
using System.Collections.Generic;
using EsxAgent.Simulator.Disks;

namespace EsxAgent.Simulator.Vmkfstools;

/// <summary>The arguments of vmkfstools: one verb, its options, and one path at the end.</summary>
internal sealed class VmkfstoolsArguments
{
    /// <summary>What is printed where the arguments make no sense.</summary>
    public const string Usage = """
        vmkfstools: usage:
            -c|--createvirtualdisk #[bBsSkKmMgGtT] [-d|--diskformat thin|zeroedthick|eagerzeroedthick] [-a|--adaptertype TYPE] <path>
            -i|--clonevirtualdisk <source> [-d|--diskformat FORMAT] [-a|--adaptertype TYPE] <path>
            -X|--extendvirtualdisk #[bBsSkKmMgGtT] [-d|--diskformat eagerzeroedthick] <path>
            -j|--inflatedisk | -k|--eagerzero | -K|--punchzero | -U|--deletevirtualdisk <path>
            -E|--renamevirtualdisk <old> <new>
            -x|--fix check|repair <path>
            -D <file>
            -P|--queryfs [-h|--humanreadable] <path>
        """;

    private static readonly Dictionary<string, string> ShortNames = new()
    {
        ["--createvirtualdisk"] = "-c",
        ["--clonevirtualdisk"] = "-i",
        ["--importfile"] = "-i",
        ["--extendvirtualdisk"] = "-X",
        ["--inflatedisk"] = "-j",
        ["--eagerzero"] = "-k",
        ["--punchzero"] = "-K",
        ["--renamevirtualdisk"] = "-E",
        ["--deletevirtualdisk"] = "-U",
        ["--fix"] = "-x",
        ["--queryfs"] = "-P",
        ["--humanreadable"] = "-h",
        ["--diskformat"] = "-d",
        ["--adaptertype"] = "-a",
        ["-A"] = "-a",
        ["-Ph"] = "-P",
        ["-hP"] = "-P",
    };

    private static readonly Dictionary<string, Verb> Verbs = new()
    {
        ["-c"] = Verb.Create,
        ["-i"] = Verb.Clone,
        ["-X"] = Verb.Extend,
        ["-j"] = Verb.Inflate,
        ["-k"] = Verb.Inflate,
        ["-K"] = Verb.Punch,
        ["-E"] = Verb.Rename,
        ["-U"] = Verb.Delete,
        ["-x"] = Verb.Fix,
        ["-D"] = Verb.ShowLock,
        ["-P"] = Verb.QueryFileSystem,
    };

    private VmkfstoolsArguments()
    {
    }

    /// <summary>What is to be done.</summary>
    public Verb Verb { get; private set; }

    /// <summary>The value of the verb: a size, the source of a clone, the old name, <c>check</c> or <c>repair</c>; empty where it has none.</summary>
    public string Value { get; private set; } = "";

    /// <summary>The format that was asked for; null: none.</summary>
    public DiskFormat? Format { get; private set; }

    /// <summary>The adapter that was asked for; null: none.</summary>
    public string? Adapter { get; private set; }

    /// <summary>Whether sizes are to be rounded for people.</summary>
    public bool IsHuman { get; private set; }

    /// <summary>The path at the end.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Takes the arguments apart.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="problem">What is wrong with them; empty where the usage alone says it.</param>
    /// <returns>Null where they make no sense.</returns>
    public static VmkfstoolsArguments? Parse(string[] arguments, out string problem)
    {
        var parsed = new VmkfstoolsArguments();
        Verb? verb = null;
        problem = "";
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith('-'))
            {
                if (parsed.Path.Length > 0 || argument.Length == 0)
                {
                    return null;
                }

                parsed.Path = argument;
                continue;
            }

            int equals = argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            string name = equals < 0 ? argument : argument[..equals];
            string option = ShortNames.GetValueOrDefault(name, name);
            parsed.IsHuman |= option == "-h" || name is "-Ph" or "-hP";
            if (Verbs.TryGetValue(option, out Verb found))
            {
                if (verb is not null)
                {
                    problem = "vmkfstools: more than one thing to do";
                    return null;
                }

                verb = found;
            }
            else if (option is not ("-d" or "-a" or "-h"))
            {
                problem = $"vmkfstools: unrecognized option '{name}'";
                return null;
            }

            if (option is "-c" or "-i" or "-X" or "-E" or "-x" or "-d" or "-a")
            {
                if (equals < 0 && ++i == arguments.Length)
                {
                    problem = $"vmkfstools: option requires an argument -- '{name.TrimStart('-')}'";
                    return null;
                }

                problem = parsed.Take(option, equals < 0 ? arguments[i] : argument[(equals + 1)..]);
                if (problem.Length > 0)
                {
                    return null;
                }
            }
        }

        parsed.Verb = verb ?? default;
        return verb is null || parsed.Path.Length == 0 ? null : parsed;
    }

    private string Take(string option, string value)
    {
        switch (option)
        {
            case "-a":
                Adapter = value;
                return value is "lsilogic" or "buslogic" or "ide" or "lsisas" or "pvscsi" ? "" : $"vmkfstools: invalid adapter type '{value}'";
            case "-d":
                Format = value switch
                {
                    "thin" => DiskFormat.Thin,
                    "zeroedthick" or "thick" => DiskFormat.ZeroedThick,
                    "eagerzeroedthick" => DiskFormat.EagerZeroedThick,
                    _ => null,
                };
                return Format is null ? $"vmkfstools: invalid disk format '{value}'" : "";
            default:
                Value = value;
                return option != "-x" || value is "check" or "repair" ? "" : $"vmkfstools: '{value}' is neither check nor repair";
        }
    }
}
