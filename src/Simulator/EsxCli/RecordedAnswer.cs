using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>
/// Answers that were recorded from a real host, in <c>DIR/answers/&lt;tool&gt;/</c>. A file is named after the arguments joined by single blanks,
/// with <c>_</c> for <c>/</c>. For esxcli it holds the XML form; the other forms are made from it.
/// </summary>
internal static class RecordedAnswer
{
    /// <summary>The bytes of a recorded answer; null where there is none.</summary>
    /// <param name="call">The call; localcli uses what was recorded of esxcli where nothing of its own is there.</param>
    /// <param name="arguments">The arguments, joined.</param>
    /// <param name="extension">The extension of the file, with its dot.</param>
    public static byte[]? Read(ToolCall call, string arguments, string extension)
    {
        if (arguments.Length is 0 or > 200 || arguments.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        string name = arguments.Replace('/', '_') + extension;
        string path = Path.Combine(call.Host.Answers, call.Tool, name);
        if (!File.Exists(path) && call.Tool == "localcli")
        {
            path = Path.Combine(call.Host.Answers, "esxcli", name);
        }

        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>Reads the XML form of an answer.</summary>
    /// <param name="xml">The bytes of the file.</param>
    /// <param name="blockHead">How the text form of a list is laid out: see <see cref="CliAnswer.BlockHead"/>.</param>
    /// <exception cref="SimulatorException">It is no answer of esxcli.</exception>
    public static CliAnswer Parse(byte[] xml, string? blockHead)
    {
        var tokens = new XmlTokens(Encoding.UTF8.GetString(xml));
        try
        {
            Enter(tokens, "output");
            tokens.NextIsStart();
            if (tokens.Name == "root")
            {
                tokens.NextIsStart();
            }

            return tokens.Name switch
            {
                "structure" => CliAnswer.Of(Structure(tokens)),
                "list" when tokens.Attributes.GetValueOrDefault("type") == "structure" => CliAnswer.Of(Structures(tokens), blockHead),
                _ => CliAnswer.Of(Value(tokens)),
            };
        }
        catch (FormatException problem)
        {
            throw SimulatorException.BrokenHost($"a recorded answer is not the XML form of esxcli: {problem.Message}");
        }
    }

    private static List<CliStructure> Structures(XmlTokens tokens)
    {
        var list = new List<CliStructure>();
        while (tokens.NextIsStart())
        {
            list.Add(Structure(tokens));
        }

        return list;
    }

    private static CliStructure Structure(XmlTokens tokens)
    {
        string typeName = tokens.Attributes.GetValueOrDefault("typeName", "");
        var fields = new List<CliField>();
        while (tokens.NextIsStart())
        {
            string name = tokens.Attributes.GetValueOrDefault("name") ?? throw new FormatException("a field has no name");
            CliValue value = CliValue.Of("");
            while (tokens.NextIsStart())
            {
                value = Value(tokens);
            }

            fields.Add(new CliField(name, value));
        }

        return new CliStructure(typeName, fields);
    }

    private static CliValue Value(XmlTokens tokens)
    {
        string type = tokens.Name;
        if (type != "list")
        {
            return new CliValue(type, Content(tokens));
        }

        string itemType = tokens.Attributes.GetValueOrDefault("type", "string");
        var items = new List<string>();
        while (tokens.NextIsStart())
        {
            items.Add(Content(tokens));
        }

        return new CliValue(itemType, "", items);
    }

    private static string Content(XmlTokens tokens) =>
        !tokens.NextIsStart() ? tokens.Text : throw new FormatException($"'{tokens.Name}' stands where a text was expected");

    private static void Enter(XmlTokens tokens, string name)
    {
        if (!tokens.NextIsStart() || tokens.Name != name)
        {
            throw new FormatException($"it does not begin with '{name}'");
        }
    }
}
