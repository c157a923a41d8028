using System.ComponentModel;

namespace EsxAgent;

/// <summary>A number that was printed in hexadecimal: <c>0x00641400</c>.</summary>
[TypeConverter(typeof(EsxVsiNumberConverter))]
public sealed class EsxVsiHex : EsxVsiNumber
{
    internal EsxVsiHex(decimal number, string hex)
        : base(number)
    {
        Hex = hex;
    }

    /// <summary>As it was printed, with all of its digits.</summary>
    public string Hex { get; }

    /// <summary>As it was printed.</summary>
    public override string ToString() => Hex;
}
