using System;
using System.Collections.Generic;
using System.IO;
using System.Xml;

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
        using XmlReader reader = XmlReader.Create(
            new MemoryStream(xml),
            new XmlReaderSettings { IgnoreWhitespace = true, IgnoreComments = true, DtdProcessing = DtdProcessing.Prohibit });
        try
        {
            reader.MoveToContent();
            if (reader.LocalName != "output")
            {
                throw new XmlException("the root element is not 'output'");
            }

            reader.ReadStartElement();
            if (reader.LocalName == "root")
            {
                reader.ReadStartElement();
            }

            return reader.LocalName switch
            {
                "structure" => CliAnswer.Of(Structure(reader)),
                "list" when reader.GetAttribute("type") == "structure" => CliAnswer.Of(Structures(reader), blockHead),
                _ => CliAnswer.Of(Value(reader)),
            };
        }
        catch (XmlException problem)
        {
            throw SimulatorException.BrokenHost($"a recorded answer is not the XML form of esxcli: {problem.Message}");
        }
    }

    private static List<CliStructure> Structures(XmlReader reader)
    {
        var list = new List<CliStructure>();
        Each(reader, () => list.Add(Structure(reader)));
        return list;
    }

    private static CliStructure Structure(XmlReader reader)
    {
        string typeName = reader.GetAttribute("typeName") ?? "";
        var fields = new List<CliField>();
        Each(reader, () =>
        {
            string name = reader.GetAttribute("name") ?? throw new XmlException("a field has no name");
            CliValue? value = null;
            Each(reader, () => value = Value(reader));
            fields.Add(new CliField(name, value ?? CliValue.Of("")));
        });
        return new CliStructure(typeName, fields);
    }

    private static CliValue Value(XmlReader reader)
    {
        if (reader.LocalName != "list")
        {
            string type = reader.LocalName;
            return new CliValue(type, reader.ReadElementContentAsString());
        }

        string itemType = reader.GetAttribute("type") ?? "string";
        var items = new List<string>();
        Each(reader, () => items.Add(reader.ReadElementContentAsString()));
        return new CliValue(itemType, "", items);
    }

    // Steps into an element, reads each child by the action, which must consume it, and steps out.
    private static void Each(XmlReader reader, Action child)
    {
        bool empty = reader.IsEmptyElement;
        reader.ReadStartElement();
        while (!empty && reader.MoveToContent() == XmlNodeType.Element)
        {
            child();
        }

        if (!empty)
        {
            reader.ReadEndElement();
        }
    }
}
