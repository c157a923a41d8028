using System.Collections.Generic;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>What a command of esxcli answers, before it is printed in one of the forms. Exactly one of the three members is set.</summary>
internal sealed record CliAnswer
{
    /// <summary>A single value.</summary>
    public CliValue? Value { get; private init; }

    /// <summary>A single structure.</summary>
    public CliStructure? Structure { get; private init; }

    /// <summary>A list of structures of one type.</summary>
    public IReadOnlyList<CliStructure>? List { get; private init; }

    /// <summary>
    /// For a list: the field that heads a block of lines in the text form; null where the text form is a table.
    /// </summary>
    public string? BlockHead { get; private init; }

    /// <summary>An answer of one value.</summary>
    public static CliAnswer Of(CliValue value) => new() { Value = value };

    /// <summary>An answer of one structure.</summary>
    public static CliAnswer Of(CliStructure structure) => new() { Structure = structure };

    /// <summary>An answer of many structures.</summary>
    public static CliAnswer Of(IReadOnlyList<CliStructure> list, string? blockHead = null) => new() { List = list, BlockHead = blockHead };
}
