using System;
using System.Management.Automation;

namespace EsxAgent;

/// <summary>
/// Lets PowerShell compare a number of vsish with a plain one, which it does by making one of it, and makes the number anew that was serialized: a copy that
/// only knew its properties would not compare and calculate any more.
/// </summary>
public sealed class EsxVsiNumberConverter : PSTypeConverter
{
    private const string CopyMark = "Deserialized.";

    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => From(sourceValue, destinationType) is not null;

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        From(sourceValue, destinationType) ?? throw new PSInvalidCastException($"'{sourceValue}' is no number.");

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new PSInvalidCastException($"'{sourceValue}' cannot be converted to {destinationType}.");

    private static EsxVsiNumber? From(object? source, Type type)
    {
        PSObject? copy = source as PSObject;
        bool isCopy = copy is not null && copy.TypeNames.Contains(CopyMark + type.FullName);
        object? given = isCopy ? copy!.Properties["Value"]?.Value : source;
        return given is null || !EsxVsiNumber.TryGetNumber(given, out decimal number) ? null
            : type == typeof(EsxVsiQuantity) ? new EsxVsiQuantity(number, Text("Unit"))
            : type == typeof(EsxVsiHex) ? new EsxVsiHex(number, isCopy ? Text("Hex") : given.ToString()!)
            : type == typeof(EsxVsiEnumeration) ? new EsxVsiEnumeration(number, Text("Label"), isCopy ? copy!.Properties["Type"]?.Value as string : null)
            : null;

        string Text(string name) => isCopy ? copy!.Properties[name]?.Value as string ?? string.Empty : string.Empty;
    }
}
