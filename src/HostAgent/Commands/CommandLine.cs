using System;
using System.Collections.Generic;

namespace EsxAgent.HostAgent.Commands;

/// <summary>The options behind a command: <c>--name value</c>, <c>--name=value</c>, or a flag.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, List<string>> _values = [];

    /// <summary>Reads options.</summary>
    /// <param name="arguments">What follows the command.</param>
    /// <param name="withValue">Names of the options that take a value, with their dashes.</param>
    /// <param name="flags">Names of those that take none.</param>
    /// <exception cref="UsageException">An option is not known, or lacks its value.</exception>
    public static CommandLine Parse(ReadOnlySpan<string> arguments, ReadOnlySpan<string> withValue, ReadOnlySpan<string> flags)
    {
        var line = new CommandLine();
        for (int i = 0; i < arguments.Length; i++)
        {
            int equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? arguments[i] : arguments[i][..equals];
            bool isFlag = equals < 0 && flags.Contains(name);
            if (!isFlag && !withValue.Contains(name))
            {
                throw new UsageException($"unknown option '{arguments[i]}'; 'esxagent help' lists them");
            }

            // Another option in the value's place is far more often a value that was forgotten; '--name=--value' is left for the rest.
            if (!isFlag && equals < 0 && (i + 1 == arguments.Length || arguments[i + 1].StartsWith("--", StringComparison.Ordinal)))
            {
                throw new UsageException($"the option '{name}' needs a value");
            }

            line.Add(name, isFlag ? string.Empty : equals < 0 ? arguments[++i] : arguments[i][(equals + 1)..]);
        }

        return line;
    }

    /// <summary>True where the option was given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Every value that was given, in order.</summary>
    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out List<string>? values) ? values : [];

    /// <summary>The value; null where the option was not given.</summary>
    /// <exception cref="UsageException">It was given twice, or is empty.</exception>
    public string? One(string name) => All(name) switch
    {
        [] => null,
        [""] => throw new UsageException($"the option '{name}' needs a value"),
        [string value] => value,
        _ => throw new UsageException($"the option '{name}' was given twice"),
    };

    private void Add(string name, string value)
    {
        if (!_values.TryGetValue(name, out List<string>? values))
        {
            _values[name] = values = [];
        }

        values.Add(value);
    }
}

/// <summary>A command line that cannot be used; the message is one line for a person.</summary>
internal sealed class UsageException(string message) : Exception(message);
