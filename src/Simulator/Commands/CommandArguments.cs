using System;
using System.Collections.Generic;

namespace EsxAgent.Simulator.Commands;

/// <summary>
/// The arguments of a subcommand: words in order, options that have a value each, as <c>--name value</c> or <c>--name=value</c>, and switches that have
/// none.
/// </summary>
internal sealed class CommandArguments
{
    private readonly List<(string Name, string Value)> _options = [];
    private readonly List<string> _switches = [];
    private readonly List<string> _words = [];

    /// <summary>Takes arguments apart.</summary>
    /// <param name="command">The command, for messages.</param>
    /// <param name="arguments">The arguments after it.</param>
    /// <param name="known">The options that it has, with their hyphens; a switch ends in an exclamation mark.</param>
    /// <exception cref="SimulatorException">An option is unknown, has no value, or has one that it cannot have.</exception>
    public CommandArguments(string command, string[] arguments, params string[] known)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                _words.Add(argument);
                continue;
            }

            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            if (Array.IndexOf(known, name + "!") >= 0)
            {
                _switches.Add(equals < 0 ? name : throw SimulatorException.Usage($"'{name}' takes no value; write it alone"));
                continue;
            }

            if (Array.IndexOf(known, name) < 0)
            {
                throw SimulatorException.Usage($"'{command}' has no option '{name}'; 'esxsim --help' shows those that it has");
            }

            if (equals < 0 && i + 1 == arguments.Length)
            {
                throw SimulatorException.Usage($"'{name}' needs a value; 'esxsim --help' shows what it means");
            }

            _options.Add((name, equals < 0 ? arguments[++i] : argument[(equals + 1)..]));
        }
    }

    /// <summary>The words, without the options.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Whether a switch was given.</summary>
    public bool Has(string name) => _switches.Contains(name);

    /// <summary>All values of an option, in order.</summary>
    public IReadOnlyList<string> All(string name)
    {
        var values = new List<string>();
        foreach ((string option, string value) in _options)
        {
            if (option == name)
            {
                values.Add(value);
            }
        }

        return values;
    }

    /// <summary>The value of an option that may be given once; null where it was not.</summary>
    /// <exception cref="SimulatorException">It was given more often.</exception>
    public string? One(string name)
    {
        IReadOnlyList<string> values = All(name);
        return values.Count <= 1
            ? values.Count == 0 ? null : values[0]
            : throw SimulatorException.Usage($"'{name}' was given {values.Count} times; give it once");
    }
}
