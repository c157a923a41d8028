using System;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace EsxAgent.Abstractions;

/// <summary>Takes encodings as <c>Get-Content</c> and <c>Set-Content</c> do: by PowerShell's words, by name or number of a code page, or as objects.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class EncodingTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>UTF-8 without a byte order mark.</summary>
    internal static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>PowerShell's words.</summary>
    internal static readonly string[] Words = ["ascii", "bigendianunicode", "bigendianutf32", "unicode", "utf8", "utf8BOM", "utf8NoBOM", "utf32"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object data = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return data switch
            {
                string word => Of(word),
                int codePage => Encoding.GetEncoding(codePage),
                _ => data,
            };
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentTransformationMetadataException(
                $"'{data}' is no encoding. Encodings are {string.Join(", ", Words)}, and the code pages of this system.", e);
        }
    }

    private static Encoding Of(string word) => word.ToUpperInvariant() switch
    {
        "ASCII" => Encoding.ASCII,
        "BIGENDIANUNICODE" => Encoding.BigEndianUnicode,
        "BIGENDIANUTF32" => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        "UNICODE" => Encoding.Unicode,
        "UTF8" or "UTF8NOBOM" => Utf8,
        "UTF8BOM" => Encoding.UTF8,
        "UTF32" => Encoding.UTF32,
        _ when int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int codePage) => Encoding.GetEncoding(codePage),
        _ => Encoding.GetEncoding(word),
    };
}
