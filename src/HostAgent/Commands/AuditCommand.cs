using System;
using System.Collections.Generic;
using System.Text.Json;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Commands;

/// <summary><c>esxagent audit verify FILE</c>: whether the audit is as it was written, from the oldest file that is left to the newest line.</summary>
internal static class AuditCommand
{
    /// <summary>Looks through the files.</summary>
    /// <returns>0 where the chain is whole; 1 where it is not; 2 for a wrong command line.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not ["verify", { Length: > 0 } path])
        {
            StandardOutput.WriteErrorLine("esxagent: 'audit' needs the words 'verify FILE' behind it; 'esxagent help' lists them");
            return ExitStatus.Usage;
        }

        var files = new List<string>();
        for (int age = AuditFile.Files - 1; age >= 0; age--)
        {
            string file = AuditFile.Aside(path, age);
            int descriptor = FileDescriptor.Open(file, PosixConstants.OpenReadOnly | PosixConstants.OpenNonBlocking, out int error);
            if (descriptor >= 0)
            {
                Libc.Close(descriptor);
                files.Add(file);
            }
            else if (age == 0 || error != Errno.NoEntry)
            {
                StandardOutput.WriteErrorLine($"esxagent: the audit file '{file}' cannot be read ({Errno.Describe(error)})");
                return ExitStatus.Usage;
            }
        }

        return Verify(files);
    }

    private static int Verify(List<string> files)
    {
        string? digest = null;
        string? first = null;
        string? last = null;
        int lines = 0;
        int torn = 0;
        foreach (string file in files)
        {
            int number = 0;
            using var reader = new AuditReader(file);
            while (reader.TryRead(out ReadOnlySpan<byte> line))
            {
                number++;
                if (TryParse(line, out string? previous, out string? time))
                {
                    digest ??= previous;
                    if (previous != digest)
                    {
                        return Broken(file, number, "it does not carry the digest of the line before: lines were changed, taken out or put in");
                    }

                    lines++;
                    first ??= previous == AuditFile.NoLine ? $"{time}, the very first line" : $"{time}; lines before it were put aside and are gone";
                    last = time;
                }
                else if (digest is null)
                {
                    return Broken(file, number, "it is no line of an audit");
                }
                else
                {
                    torn++;
                }

                digest = Sha256.Hex(line);
            }

            if (reader.Problem is string problem)
            {
                return Broken(file, number + 1, problem);
            }
        }

        StandardOutput.WriteLine($"the audit is whole: {lines} line(s) in {files.Count} file(s)");
        if (lines > 0)
        {
            StandardOutput.WriteLine($"  from {first}");
            StandardOutput.WriteLine($"  to   {last}, digest {digest}");
        }

        if (torn > 0)
        {
            StandardOutput.WriteLine($"  {torn} line(s) were not written to their ends: the agent or the host ended there");
        }

        return ExitStatus.Success;
    }

    private static int Broken(string file, int number, string why)
    {
        StandardOutput.WriteLine($"the audit is broken: {file} line {number}: {why}");
        return ExitStatus.Refused;
    }

    /// <summary>The members of a line that tie it to the others; false where it is no JSON: it was not written to its end.</summary>
    private static bool TryParse(ReadOnlySpan<byte> line, out string? previous, out string? time)
    {
        previous = time = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isPrevious = reader.ValueTextEquals("previous"u8);
                bool isTime = reader.ValueTextEquals("time"u8);
                reader.Read();
                bool isText = reader.TokenType == JsonTokenType.String;
                previous = isPrevious && isText ? reader.GetString() : previous;
                time = isTime && isText ? reader.GetString() : time;
                reader.Skip();
            }

            return reader.TokenType == JsonTokenType.EndObject && reader.BytesConsumed == line.Length && previous is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
