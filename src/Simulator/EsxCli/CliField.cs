using System.Text;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>A field of a structure.</summary>
/// <param name="Name">The name as the machine forms have it, without blanks: <c>VolumeName</c>.</param>
/// <param name="Value">The value.</param>
internal sealed record CliField(string Name, CliValue Value)
{
    /// <summary>
    /// The name as the text form has it, with a blank where a word begins: <c>Volume Name</c>, <c>VMX Cartel ID</c>, <c>UUID</c>.
    /// </summary>
    public string Title
    {
        get
        {
            var title = new StringBuilder(Name.Length + 4);
            for (int i = 0; i < Name.Length; i++)
            {
                bool capital = char.IsAsciiLetterUpper(Name[i]);
                bool afterSmall = i > 0 && !char.IsAsciiLetterUpper(Name[i - 1]);
                bool beforeSmall = i > 0 && i + 1 < Name.Length && char.IsAsciiLetterLower(Name[i + 1]);
                if (capital && i > 0 && Name[i - 1] != ' ' && (afterSmall || beforeSmall))
                {
                    title.Append(' ');
                }

                title.Append(Name[i]);
            }

            return title.ToString();
        }
    }
}
