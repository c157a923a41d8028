using System;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>The order in which a person expects names: numbers in them by value, <c>vmnic2</c> before <c>vmnic10</c>.</summary>
internal static class NaturalOrder
{
    /// <summary>Compares two names. Only equal ones are equal: where nothing else tells them apart, their bytes do.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int i = 0;
        int j = 0;
        while (i < left.Length && j < right.Length)
        {
            int digits = DigitsAt(left, i);
            int otherDigits = DigitsAt(right, j);
            int order = digits > 0 && otherDigits > 0
                ? CompareNumbers(left.Slice(i, digits), right.Slice(j, otherDigits))
                : left[i] - right[j];
            if (order != 0)
            {
                return order;
            }

            i += Math.Max(digits, 1);
            j += Math.Max(otherDigits, 1);
        }

        int rest = (left.Length - i) - (right.Length - j);
        return rest != 0 ? rest : left.SequenceCompareTo(right);
    }

    private static int CompareNumbers(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        left = left.TrimStart((byte)'0');
        right = right.TrimStart((byte)'0');
        return left.Length != right.Length ? left.Length - right.Length : left.SequenceCompareTo(right);
    }

    private static int DigitsAt(ReadOnlySpan<byte> text, int start)
    {
        int other = text[start..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return other < 0 ? text.Length - start : other;
    }
}
