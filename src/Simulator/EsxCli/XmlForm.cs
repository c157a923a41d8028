using System.Collections.Generic;
using System.Text;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>The form of <c>--formatter=xml</c>.</summary>
internal static class XmlForm
{
    /// <summary>The namespace of the root element.</summary>
    public const string Namespace = "http://www.vmware.com/Products/ESX/5.0/esxcli";

    /// <summary>Renders an answer.</summary>
    public static string Render(CliAnswer answer)
    {
        var xml = new StringBuilder();
        xml.Append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<output xmlns=\"").Append(Namespace).Append("\">\n<root>\n");
        if (answer.Value is { } value)
        {
            xml.Append("   ");
            Append(xml, value);
            xml.Append('\n');
        }
        else if (answer.Structure is { } structure)
        {
            Append(xml, structure, "   ");
        }
        else
        {
            xml.Append("   <list type=\"structure\">\n");
            foreach (CliStructure one in answer.List!)
            {
                Append(xml, one, "      ");
            }

            xml.Append("   </list>\n");
        }

        return xml.Append("</root>\n</output>\n").ToString();
    }

    /// <summary>A text as XML has it. Characters that XML cannot hold become question marks.</summary>
    public static string Escape(string text)
    {
        var xml = new StringBuilder(text.Length);
        foreach (char one in text)
        {
            xml.Append(one switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\t' or '\n' or '\r' => one.ToString(),
                < ' ' or '\ufffe' or '\uffff' => "?",
                _ => one.ToString(),
            });
        }

        return xml.ToString();
    }

    private static void Append(StringBuilder xml, CliStructure structure, string indent)
    {
        xml.Append(indent).Append("<structure typeName=\"").Append(Escape(structure.TypeName)).Append("\">\n");
        IReadOnlyList<CliField> fields = structure.SortedFields;
        foreach (CliField field in fields)
        {
            xml.Append(indent).Append("   <field name=\"").Append(Escape(field.Name)).Append("\">");
            Append(xml, field.Value);
            xml.Append("</field>\n");
        }

        xml.Append(indent).Append("</structure>\n");
    }

    private static void Append(StringBuilder xml, CliValue value)
    {
        if (value.Items is null)
        {
            AppendScalar(xml, value.Type, value.Text);
            return;
        }

        xml.Append("<list type=\"").Append(value.Type).Append("\">");
        foreach (string item in value.Items)
        {
            AppendScalar(xml, value.Type, item);
        }

        xml.Append("</list>");
    }

    private static void AppendScalar(StringBuilder xml, string type, string text) =>
        xml.Append('<').Append(type).Append('>').Append(Escape(text)).Append("</").Append(type).Append('>');
}
