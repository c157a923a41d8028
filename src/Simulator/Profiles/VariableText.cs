using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace EsxAgent.Simulator.Profiles;

/// <summary>
/// Replaces <c>$(…)</c> in the text of a profile: a variable (<c>$(hostName)</c>), or whole numbers and variables joined by + - * / %, of which the last three
/// bind closer, with an optional format after a colon (<c>$(base+i*64:x8)</c>). What was put in is not looked at again.
/// </summary>
/// <param name="variables">The variables of this expansion, which go before the settings.</param>
/// <param name="settings">The settings of the profile; their own texts may hold <c>$(…)</c>.</param>
internal sealed class VariableText(IReadOnlyDictionary<string, string> variables, IReadOnlyDictionary<string, string> settings)
{
    private const int DeepestSetting = 16;

    /// <summary>The text with every <c>$(…)</c> replaced.</summary>
    /// <exception cref="FormatException">A variable is unknown or an expression is wrong.</exception>
    public string Expand(string text) => Expand(text, 0);

    private string Expand(string text, int depth)
    {
        int start = text.IndexOf("$(", StringComparison.Ordinal);
        if (start < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        int done = 0;
        while (start >= 0)
        {
            int end = text.IndexOf(')', start);
            if (end < 0)
            {
                throw new FormatException($"'$(' without ')' in '{text}'");
            }

            result.Append(text, done, start - done).Append(Evaluate(text[(start + 2)..end], depth));
            done = end + 1;
            start = text.IndexOf("$(", done, StringComparison.Ordinal);
        }

        return result.Append(text, done, text.Length - done).ToString();
    }

    private string Evaluate(string expression, int depth)
    {
        if (Find(expression, depth) is { } plain)
        {
            return plain;
        }

        int colon = expression.IndexOf(':', StringComparison.Ordinal);
        string? format = colon < 0 ? null : expression[(colon + 1)..];
        return Number(colon < 0 ? expression : expression[..colon], depth).ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A sum of products: the products are worked out first, each from left to right.</summary>
    private long Number(string expression, int depth)
    {
        long sum = 0;
        long product = 0;
        char operation = '+';
        int at = 0;
        while (true)
        {
            int end = expression.AsSpan(at).IndexOfAny("+-*/%");
            string term = end < 0 ? expression[at..] : expression[at..(at + end)];
            long value = Term(term, depth);
            if (operation is '+' or '-')
            {
                sum += product;
                product = operation == '+' ? value : -value;
            }
            else
            {
                product = Multiplied(product, operation, value, expression);
            }

            if (end < 0)
            {
                return sum + product;
            }

            operation = expression[at + end];
            at += end + 1;
        }
    }

    private static long Multiplied(long product, char operation, long value, string expression) => (operation, value) switch
    {
        ('*', _) => product * value,
        (_, 0) => throw new FormatException($"'{expression}' divides by 0"),
        ('/', _) => product / value,
        _ => product % value,
    };

    private long Term(string term, int depth) =>
        long.TryParse(Find(term, depth) ?? term, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new FormatException($"'{term}' is neither a number nor a variable that holds one");

    private string? Find(string name, int depth)
    {
        if (variables.TryGetValue(name, out string? value))
        {
            return value;
        }

        if (!settings.TryGetValue(name, out string? setting))
        {
            return null;
        }

        return depth < DeepestSetting ? Expand(setting, depth + 1) : throw new FormatException($"the setting '{name}' leads back to itself");
    }
}
