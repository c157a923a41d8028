using System;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Errors;

namespace EsxAgent.Commands;

/// <summary>Says whether sidecars hold something.</summary>
[Cmdlet(VerbsDiagnostic.Test, "VmdkSidecarContent", DefaultParameterSetName = ValueSet)]
[OutputType(typeof(bool))]
public sealed class TestVmdkSidecarContentCommand : SidecarContentCmdlet
{
    private readonly SidecarValue _value = new();

    /// <summary>Text or bytes.</summary>
    [Parameter(ParameterSetName = ValueSet, Mandatory = true, Position = 1)]
    [ValidateNotNull]
    public object? Value { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            if (ParameterSetName == ValueSet)
            {
                _value.Add(Value);
            }
        }
        catch (ArgumentException e)
        {
            ThrowTerminatingError(ErrorRecords.ContentInvalid(e, Value));
        }
    }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkSidecarReference sidecar)
    {
        SidecarContent content = sidecar.ContentOn(session);
        WriteObject(WaitFor(
            ParameterSetName == PatternSet ? content.HoldsPatternAsync(Offset, Pattern, Length, StopToken)
            : _value.Text is string text ? content.HoldsTextAsync(Offset, text, Encoding, StopToken)
            : content.HoldsAsync(Offset, _value.Bytes, StopToken)));
    }
}
