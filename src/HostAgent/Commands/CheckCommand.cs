using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Diagnostics.Probes;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Tools;

namespace EsxAgent.HostAgent.Commands;

/// <summary><c>esxagent check</c>: what this host offers and what is missing, and why.</summary>
internal static class CheckCommand
{
    /// <summary>The flag for JSON.</summary>
    public const string Json = "--json";

    /// <summary>Prints a table, or with <c>--json</c> an array of name, outcome and detail.</summary>
    /// <returns>0 where nothing is missing, 1 where something is, 2 for a wrong command line.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        try
        {
            CommandLine line = CommandLine.Parse(arguments, [HostRootOption.Name, KernelCheck.Option], [Json]);
            if (line.One(KernelCheck.Option) is string probe)
            {
                return PrintProbe(probe);
            }

            HostPaths paths = HostRootOption.Read(line);
            using AgentLog log = AgentLog.Open(null, out _)!;
            return Print(new HostCheck(paths, log).Run(), line.Has(Json));
        }
        catch (UsageException e)
        {
            StandardOutput.WriteErrorLine($"esxagent: {e.Message}");
            return ExitStatus.Usage;
        }
    }

    /// <summary>Prints lines as they come, or as JSON when all are there.</summary>
    /// <returns>1 where something is missing.</returns>
    public static int Print(IEnumerable<HostCheckLine> lines, bool asJson) => asJson ? PrintJson(lines) : PrintTable(lines);

    private static int PrintTable(IEnumerable<HostCheckLine> lines)
    {
        int status = ExitStatus.Success;
        foreach (HostCheckLine line in lines)
        {
            status = line.IsMissing ? ExitStatus.Missing : status;
            StandardOutput.WriteLine($"{line.Outcome.PadRight(8)}{line.Name.PadRight(44)}{line.Detail}");
        }

        return status;
    }

    private static int PrintProbe(string name)
    {
        long answer = KernelCheck.Probe(name) ?? throw new UsageException($"there is no probe '{name}'");
        StandardOutput.WriteLine(answer.ToString(CultureInfo.InvariantCulture));
        return ExitStatus.Success;
    }

    private static int PrintJson(IEnumerable<HostCheckLine> lines)
    {
        int status = ExitStatus.Success;
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartArray();
        foreach (HostCheckLine line in lines)
        {
            status = line.IsMissing ? ExitStatus.Missing : status;
            writer.WriteStartObject();
            writer.WriteString("name"u8, line.Name);
            writer.WriteString("outcome"u8, line.Outcome);
            writer.WriteString("detail"u8, line.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();
        StandardOutput.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        return status;
    }
}
