using System;
using System.IO;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using EsxAgent.Abstractions;
using EsxAgent.Completion;

namespace EsxAgent.Commands;

/// <summary>Reads what sidecars hold.</summary>
[Cmdlet(VerbsCommon.Get, "VmdkSidecarContent", DefaultParameterSetName = SidecarSet)]
[OutputType(typeof(string), typeof(byte), typeof(byte[]))]
public sealed class GetVmdkSidecarContentCommand : NamedSidecarCmdlet
{
    /// <summary>Bytes of the widest character: what is cut off a text is whole ones.</summary>
    private const int WidestCharacter = 4;

    /// <summary>Where to begin, in bytes.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    [SizeTransformation]
    public long Offset { get; set; }

    /// <summary>How many bytes; without it, all up to the end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [SizeTransformation]
    public long? Length { get; set; }

    /// <summary>How text is written in it.</summary>
    [Parameter]
    [ValidateNotNull]
    [EncodingTransformation]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = EncodingTransformationAttribute.Utf8;

    /// <summary>Everything in one piece: one text, or with <see cref="AsByteStream"/> one array.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>Bytes in place of text.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkSidecarReference sidecar)
    {
        if (AsByteStream && !Raw)
        {
            foreach (byte[] piece in Each(sidecar.ContentOn(session).ReadPiecesAsync(Offset, Length, StopToken)))
            {
                foreach (byte one in piece)
                {
                    WriteObject(one);
                }
            }

            return;
        }

        using var progress = new ContentProgress(this, session, $"Reading {sidecar.Id}");
        byte[] bytes = WaitFor(sidecar.ContentOn(session).ReadAsync(Offset, Length, progress, StopToken), progress);
        if (Raw)
        {
            WriteObject(Noted(AsByteStream ? bytes : TextOf(bytes), bytes, sidecar));
            return;
        }

        var lines = new StringReader(TextOf(bytes));
        while (lines.ReadLine() is string line)
        {
            WriteObject(line);
        }
    }

    /// <summary>The text up to the zeros that fill the sidecar up.</summary>
    private string TextOf(byte[] bytes)
    {
        int used = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        int end = Math.Min((used + WidestCharacter - 1) / WidestCharacter * WidestCharacter, bytes.Length);
        ReadOnlySpan<byte> text = bytes.AsSpan(0, end);
        ReadOnlySpan<byte> mark = Encoding.Preamble;
        return Encoding.GetString(text.StartsWith(mark) ? text[mark.Length..] : text).TrimEnd('\0');
    }

    /// <summary>A text or an array that says where it comes from, and by which hash it is known again.</summary>
    private PSObject Noted(object content, byte[] bytes, VmdkSidecarReference sidecar)
    {
        var noted = new PSObject(content);
        noted.Properties.Add(new PSNoteProperty("Hash", Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant()));
        noted.Properties.Add(new PSNoteProperty("Offset", Offset));
        noted.Properties.Add(new PSNoteProperty("ByteLength", bytes.LongLength));
        noted.Properties.Add(new PSNoteProperty("Key", sidecar.Key));
        noted.Properties.Add(new PSNoteProperty("Disk", sidecar.Disk.Id));
        return noted;
    }
}
