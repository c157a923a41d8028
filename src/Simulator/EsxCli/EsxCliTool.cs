using System;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.EsxCli;

/// <summary>
/// <c>esxcli [--formatter=xml|keyvalue|csv] NAMESPACE… COMMAND</c>, and <c>localcli</c>, which on a host answers the same without its daemon.
/// </summary>
internal static class EsxCliTool
{
    private const string FormatterOption = "--formatter";

    /// <summary>Runs one call.</summary>
    public static int Run(ToolCall call)
    {
        string formatter = "";
        string[] arguments = call.Arguments;
        int at = 0;
        for (; at < arguments.Length && arguments[at].StartsWith('-'); at++)
        {
            string option = arguments[at];
            if (option == "--version")
            {
                call.Print($"Script '{call.Tool}' version: {HostFacts.Read(call.Host).Version}\n");
                return ExitStatus.Success;
            }

            if (option == FormatterOption && at + 1 < arguments.Length)
            {
                formatter = arguments[++at];
            }
            else if (option.StartsWith(FormatterOption + "=", StringComparison.Ordinal))
            {
                formatter = option[(FormatterOption.Length + 1)..];
            }
            else
            {
                return call.Fail($"Error: Invalid option {option}");
            }
        }

        if (formatter is not ("" or "xml" or "keyvalue" or "csv"))
        {
            return call.Fail($"Error: Invalid formatter {formatter}. Known formatters are csv, keyvalue and xml");
        }

        if (at == arguments.Length)
        {
            return call.Fail($"Usage: {call.Tool} [options] {{namespace}}+ {{cmd}} [cmd options]");
        }

        return Answer(call, string.Join(' ', arguments, at, arguments.Length - at), formatter);
    }

    private static int Answer(ToolCall call, string command, string formatter)
    {
        byte[]? recorded = RecordedAnswer.Read(call, command, ".xml");
        if (recorded is not null && formatter == "xml")
        {
            call.Output.Write(recorded);
            return ExitStatus.Success;
        }

        CliAnswer? answer = recorded is null
            ? CliCommands.Answer(call.Host, command)
            : RecordedAnswer.Parse(recorded, CliCommands.BlockHead(command));
        if (answer is null)
        {
            return call.Fail($"Error: Unknown command or namespace {command}");
        }

        call.Print(formatter switch
        {
            "xml" => XmlForm.Render(answer),
            "keyvalue" => KeyValueForm.Render(answer),
            "csv" => CsvForm.Render(answer),
            _ => TextForm.Render(answer),
        });
        return ExitStatus.Success;
    }
}
