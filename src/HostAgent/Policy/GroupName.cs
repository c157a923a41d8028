namespace EsxAgent.HostAgent.Policy;

/// <summary>The rule for names that become directories of the host: a group's, and with a few more words a volume's.</summary>
internal static class GroupName
{
    /// <summary>Longest name.</summary>
    public const int MaxLength = 80;

    /// <summary>True for 1–80 characters of <c>[A-Za-z0-9._-]</c>, the first a letter or digit.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(name[0]))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
