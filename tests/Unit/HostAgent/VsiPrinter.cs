using System;
using System.Linq;
using System.Text;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.HostAgent;

/// <summary>How a release prints: what differs between them and must not matter.</summary>
/// <param name="KeepsIndent">False where the blanks before a line were lost on the way.</param>
/// <param name="Pads">True where names are filled up with blanks.</param>
/// <param name="BlankAfterColon">True where a blank stands between colon and value.</param>
/// <param name="TrailingBlanks">Blanks at the end of each line.</param>
/// <param name="LineEnd">What ends a line.</param>
internal sealed record VsiPrintStyle(bool KeepsIndent, bool Pads, bool BlankAfterColon, int TrailingBlanks, string LineEnd);

/// <summary>Prints a value as vsish does. Written from the description of its notations, and shares nothing with the reader.</summary>
internal sealed class VsiPrinter(VsiPrintStyle style)
{
    private const int PadTo = 30;

    private readonly StringBuilder _text = new();

    /// <summary>Prints a whole answer.</summary>
    public static string Print(VsiValue value, VsiPrintStyle style)
    {
        var printer = new VsiPrinter(style);
        switch (value)
        {
            case VsiStructValue structure:
                printer.PrintStruct(structure, 0);
                break;
            case VsiArrayValue array:
                printer.PrintElements(array, 0);
                break;
            default:
                printer.PrintLine(Scalar(value));
                break;
        }

        return printer._text.ToString();
    }

    private void PrintStruct(VsiStructValue structure, int depth)
    {
        PrintLine($"{structure.Title} {{");
        foreach (VsiMember member in structure.Members)
        {
            PrintMember(member, depth + 1);
        }

        PrintLine(Indent(depth) + "}");
    }

    private void PrintMember(VsiMember member, int depth)
    {
        string name = style.Pads ? member.Name.PadRight(PadTo) : member.Name;
        _text.Append(Indent(depth)).Append(name).Append(style.BlankAfterColon ? ": " : ":");
        switch (member.Value)
        {
            case VsiStructValue structure:
                PrintStruct(structure, depth);
                break;
            case VsiArrayValue array:
                PrintElements(array, depth);
                break;
            case VsiUuidValue uuid when member.Name.Contains("UUID", StringComparison.Ordinal):
                PrintElements(new VsiArrayValue([.. Bytes(uuid).Select(b => new VsiHexValue(b, $"0x{b:x}"))]), depth);
                break;
            default:
                PrintLine(Scalar(member.Value));
                break;
        }
    }

    /// <summary>The first element goes where the text stands; the others begin at the margin.</summary>
    private void PrintElements(VsiArrayValue array, int depth)
    {
        for (int i = 0; i < array.Items.Count; i++)
        {
            _text.Append('[').Append(i).Append("]: ");
            if (array.Items[i] is VsiStructValue structure)
            {
                PrintStruct(structure, depth);
            }
            else
            {
                PrintLine(Scalar(array.Items[i]));
            }
        }
    }

    private void PrintLine(string line) =>
        _text.Append(line.Replace("\n", style.LineEnd, StringComparison.Ordinal)).Append(' ', style.TrailingBlanks).Append(style.LineEnd);

    private string Indent(int depth) => style.KeepsIndent ? new string(' ', 3 * depth) : string.Empty;

    private static string Scalar(VsiValue value) => value switch
    {
        VsiTextValue text => text.Text,
        VsiIntegerValue integer => integer.Value.ToString(),
        VsiHexValue hex => hex.Hex,
        VsiQuantityValue quantity => $"{quantity.Value} {quantity.Unit}",
        VsiLabelValue { Type: null } label => $" {label.Value} -> {label.Label}",
        VsiLabelValue label => $"{label.Type}: {label.Value} -> {label.Label}",
        VsiUuidValue uuid => string.Join(' ', Bytes(uuid)[..8].Select(b => $"{b:x2}")) + "-" + string.Join(' ', Bytes(uuid)[8..].Select(b => $"{b:x2}")),
        _ => throw new ArgumentException($"{value.GetType().Name} is no scalar."),
    };

    private static byte[] Bytes(VsiUuidValue uuid) => Convert.FromHexString(uuid.Uuid.ToString("N"));
}
