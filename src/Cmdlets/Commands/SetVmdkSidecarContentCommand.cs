using System;
using System.IO;
using System.Management.Automation;
using System.Threading.Tasks;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Errors;
using EsxAgent.Formatting;

namespace EsxAgent.Commands;

/// <summary>Writes what sidecars are to hold.</summary>
[Cmdlet(VerbsCommon.Set, "VmdkSidecarContent", DefaultParameterSetName = ValueSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkSidecarWrite))]
public sealed class SetVmdkSidecarContentCommand : SidecarContentCmdlet
{
    private const string FileSet = "Path";

    private readonly SidecarValue _value = new();
    private bool _isCollected;

    /// <summary>Text or bytes; from the pipeline too, where the sidecar is an argument.</summary>
    [Parameter(ParameterSetName = ValueSet, Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ValidateNotNull]
    public object? Value { get; set; }

    /// <summary>A file of this machine that holds the bytes.</summary>
    [Parameter(ParameterSetName = FileSet, Mandatory = true)]
    [Alias("LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Nothing is written unless what is replaced has this SHA-256.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidatePattern("^[0-9A-Fa-f]{64}$")]
    public string? IfHash { get; set; }

    /// <summary>What was written is told.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ParameterSetName == FileSet)
        {
            Take(ReadFile());
        }
        else if (ParameterSetName == ValueSet && MyInvocation.BoundParameters.ContainsKey(nameof(Value)))
        {
            Take(Value);
        }
        else if (ParameterSetName == ValueSet)
        {
            _isCollected = true;
            if (!MyInvocation.BoundParameters.ContainsKey(nameof(Sidecar)))
            {
                ThrowTerminatingError(ErrorRecords.ContentNotGiven());
            }
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_isCollected)
        {
            Take(Value);
        }
        else
        {
            AskEach();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_isCollected && !_value.IsEmpty)
        {
            AskEach();
        }
    }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkSidecarReference sidecar)
    {
        string what = ParameterSetName == PatternSet ? $"{DisplayText.Size(Length)} of the byte {Pattern}"
            : _value.Text is string text ? $"a text of {text.Length} characters" : DisplayText.Size(_value.Bytes.Length);
        if (!IsWanted(session, $"sidecar '{sidecar.Id}'", Offset == 0 ? $"Write {what}" : $"Write {what} at {Offset}"))
        {
            return;
        }

        string activity = $"Writing {sidecar.Id}";
        using var progress = new ContentProgress(this, session, activity);
        SidecarWrite write = WaitForChange(session, activity, WriteAsync(sidecar.ContentOn(session), progress), progress);
        if (PassThru)
        {
            WriteObject(new VmdkSidecarWrite(sidecar, Offset, write, session.HostName));
        }
    }

    private Task<SidecarWrite> WriteAsync(SidecarContent content, IProgress<long> progress) =>
        ParameterSetName == PatternSet ? content.FillAsync(Offset, Pattern, Length, IfHash, StopToken)
        : _value.Text is string text ? content.WriteTextAsync(Offset, text, Encoding, IfHash, progress, StopToken)
        : content.WriteAsync(Offset, _value.Bytes, IfHash, progress, StopToken);

    private void Take(object? value)
    {
        try
        {
            _value.Add(value);
        }
        catch (ArgumentException e)
        {
            ThrowTerminatingError(ErrorRecords.ContentInvalid(e, value));
        }
    }

    private byte[] ReadFile()
    {
        string path = GetUnresolvedProviderPathFromPSPath(Path);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            ThrowTerminatingError(ErrorRecords.ContentFileUnreadable(path, e));
            throw;
        }
    }
}
