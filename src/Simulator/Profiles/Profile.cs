using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace EsxAgent.Simulator.Profiles;

/// <summary>
/// How one release of ESXi words its answers: the shared text <c>base.txt</c> and the release's differences, both embedded.
/// The texts were written from public captures and descriptions of the tools' output; the values are invented.
/// </summary>
internal sealed class Profile
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly ProfileReader _reader;

    private Profile(string name, ProfileReader reader)
    {
        Name = name;
        _reader = reader;
    }

    /// <summary>The releases that can be simulated, oldest first.</summary>
    public static string[] Names { get; } = ["6.7", "7.0", "8.0"];

    /// <summary>The release, as <c>esxsim init --profile</c> names it.</summary>
    public string Name { get; }

    /// <summary>Reads a profile.</summary>
    /// <exception cref="SimulatorException">There is none of that name.</exception>
    public static Profile Load(string name)
    {
        if (Array.IndexOf(Names, name) < 0)
        {
            throw SimulatorException.Usage($"there is no profile '{name}'; choose one of {string.Join(", ", Names)}");
        }

        var reader = new ProfileReader();
        reader.Read(Embedded("base.txt"));
        reader.Read(Embedded(name + ".txt"));
        return new Profile(name, reader);
    }

    /// <summary>A setting, with everything in it replaced.</summary>
    /// <exception cref="KeyNotFoundException">The profile does not set it.</exception>
    public string Value(string setting) => new VariableText(NoVariables, _reader.Settings).Expand(_reader.Settings[setting]);

    /// <summary>A setting that is a whole number.</summary>
    public long Number(string setting) => long.Parse(new VariableText(NoVariables, _reader.Settings).Expand($"$({setting}+0)"), CultureInfo.InvariantCulture);

    /// <summary>All nodes of a scope, loops unrolled.</summary>
    /// <param name="scope">Which sections.</param>
    /// <param name="variables">The variables of the scope.</param>
    public IEnumerable<VsiNode> Nodes(ProfileScope scope, IReadOnlyDictionary<string, string> variables)
    {
        foreach (ProfileSection section in _reader.Sections)
        {
            if (section.Scope == scope)
            {
                foreach (VsiNode node in Unroll(section, 0, new Dictionary<string, string>(variables)))
                {
                    yield return node;
                }
            }
        }
    }

    /// <summary>The directories that exist only through the scope's variables, such as <c>/vm/2100126</c>: what goes when the machine goes.</summary>
    public HashSet<string> Roots(ProfileScope scope, IReadOnlyDictionary<string, string> variables)
    {
        var text = new VariableText(variables, _reader.Settings);
        var roots = new HashSet<string>();
        foreach (ProfileSection section in _reader.Sections)
        {
            int variable = section.Path.IndexOf("$(", StringComparison.Ordinal);
            if (section.Scope == scope && variable >= 0)
            {
                int end = section.Path.IndexOf('/', section.Path.IndexOf(')', variable));
                roots.Add(text.Expand(end < 0 ? section.Path : section.Path[..end]));
            }
        }

        return roots;
    }

    private IEnumerable<VsiNode> Unroll(ProfileSection section, int depth, Dictionary<string, string> variables)
    {
        var text = new VariableText(variables, _reader.Settings);
        if (depth == section.Loops.Count)
        {
            yield return new VsiNode(text.Expand(section.Path), section.Kind, text.Expand(section.Body));
            yield break;
        }

        ProfileLoop loop = section.Loops[depth];
        int first = int.Parse(text.Expand(loop.First), CultureInfo.InvariantCulture);
        int last = int.Parse(text.Expand(loop.Last), CultureInfo.InvariantCulture);
        for (int i = first; i <= last; i++)
        {
            variables[loop.Variable] = i.ToString(CultureInfo.InvariantCulture);
            foreach (VsiNode node in Unroll(section, depth + 1, variables))
            {
                yield return node;
            }
        }
    }

    private static string Embedded(string name)
    {
        using Stream stream = typeof(Profile).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
