using System;
using System.Globalization;
using System.Management.Automation;

namespace EsxAgent;

/// <summary>
/// A number of a vsish node that was printed with something beside it. It compares, sorts and calculates as the number alone does, and what is calculated is a
/// plain number; it is shown as it was printed. What comes back through <c>Import-Clixml</c> or a remote call is one again where the module is loaded.
/// </summary>
// PowerShell compares by CompareTo and Equals alone.
#pragma warning disable CA1036
public abstract class EsxVsiNumber : IComparable, IFormattable
#pragma warning restore CA1036
{
    private readonly decimal _number;

    private protected EsxVsiNumber(decimal number)
    {
        _number = number;
        Value = Plain(number);
    }

    /// <summary>The number: <c>long</c>, or <c>ulong</c> where it is larger than that.</summary>
    public object Value { get; }

    /// <summary>The plain number.</summary>
    public static explicit operator int(EsxVsiNumber number) => decimal.ToInt32(Given(number)._number);

    /// <summary>The plain number.</summary>
    public static explicit operator long(EsxVsiNumber number) => decimal.ToInt64(Given(number)._number);

    /// <summary>The plain number.</summary>
    public static explicit operator ulong(EsxVsiNumber number) => decimal.ToUInt64(Given(number)._number);

    /// <summary>The plain number.</summary>
    public static explicit operator double(EsxVsiNumber number) => decimal.ToDouble(Given(number)._number);

    /// <summary>The plain number.</summary>
    public static explicit operator decimal(EsxVsiNumber number) => Given(number)._number;

    // PowerShell looks for operators by these names and takes methods as well; as operators of C# each would have to be written three times, once for
    // either side and once for both.
#pragma warning disable CA1707

    /// <summary>The operator <c>+</c>.</summary>
    public static object op_Addition(object left, object right) => Calculate(left, right, decimal.Add);

    /// <summary>The operator <c>-</c>.</summary>
    public static object op_Subtraction(object left, object right) => Calculate(left, right, decimal.Subtract);

    /// <summary>The operator <c>*</c>.</summary>
    public static object op_Multiply(object left, object right) => Calculate(left, right, decimal.Multiply);

    /// <summary>The operator <c>/</c>.</summary>
    public static object op_Division(object left, object right) => Calculate(left, right, decimal.Divide);

    /// <summary>The operator <c>%</c>.</summary>
    public static object op_Modulus(object left, object right) => Calculate(left, right, decimal.Remainder);

    /// <summary>The operator <c>-band</c>.</summary>
    public static object op_BitwiseAnd(object left, object right) => Plain((decimal)(Bits(left) & Bits(right)));

    /// <summary>The operator <c>-bor</c>.</summary>
    public static object op_BitwiseOr(object left, object right) => Plain((decimal)(Bits(left) | Bits(right)));

#pragma warning restore CA1707

    /// <summary>Compares by the number, with another one or with what PowerShell takes for a number.</summary>
    /// <exception cref="ArgumentException">The other one is no number.</exception>
    public virtual int CompareTo(object? obj) => obj is null ? 1 : _number.CompareTo(Demand(obj));

    /// <summary>True for the same number, whatever is printed beside it, and for the text that is shown.</summary>
    public override bool Equals(object? obj) =>
        obj is not null && (TryGetNumber(obj, out decimal other) ? _number == other : obj is string text && IsText(text));

    /// <inheritdoc/>
    public override int GetHashCode() => _number.GetHashCode();

    /// <summary>The number in a form of .NET, as in <c>'{0:N0}' -f $value</c>; without a form as it was printed.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        string.IsNullOrEmpty(format) ? ToString()! : _number.ToString(format, formatProvider);

    /// <summary>A number as PowerShell likes it: <c>long</c>, else <c>ulong</c>, else <c>decimal</c>.</summary>
    internal static object Plain(decimal number) => number switch
    {
        _ when !decimal.IsInteger(number) => number,
        >= long.MinValue and <= long.MaxValue => decimal.ToInt64(number),
        >= 0 and <= ulong.MaxValue => decimal.ToUInt64(number),
        _ => (object)number,
    };

    /// <summary>What PowerShell takes for a number; never a truth value or a time.</summary>
    internal static bool TryGetNumber(object value, out decimal number)
    {
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (value is EsxVsiNumber other)
        {
            number = other._number;
            return true;
        }

        number = 0;
        return value is string { Length: > 0 } or (not (string or bool or char or DateTime) and IConvertible)
            && LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>True for the text that is shown, without regard to case, as PowerShell compares.</summary>
    private protected bool IsText(string text) => text.Equals(ToString(), StringComparison.OrdinalIgnoreCase);

    private static EsxVsiNumber Given(EsxVsiNumber number) => number ?? throw new ArgumentNullException(nameof(number));

    private static object Calculate(object left, object right, Func<decimal, decimal, decimal> operation)
    {
        object result = Plain(operation(Demand(left), Demand(right)));
        return result is decimal fraction ? decimal.ToDouble(fraction) : result;
    }

    /// <summary>Nothing counts as 0, as everywhere in PowerShell.</summary>
    private static decimal Demand(object? value) =>
        value is null ? 0
        : TryGetNumber(value, out decimal number) ? number
        : throw new ArgumentException($"'{value}' is no number.");

    private static Int128 Bits(object? value) => (Int128)decimal.Truncate(Demand(value));
}
