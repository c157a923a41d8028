using System;
using System.Management.Automation;
using EsxAgent.Errors;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Abstractions;

/// <summary>
/// Where to connect to: what the person says, else the preference variable <c>$EsxAgentEndpoint</c>, else the environment variable <c>ESXAGENT_ENDPOINT</c>,
/// else the host under this virtual machine.
/// </summary>
internal static class EndpointSource
{
    /// <summary>The preference variable.</summary>
    public const string VariableName = "EsxAgentEndpoint";

    /// <summary>The environment variable.</summary>
    public const string EnvironmentName = "ESXAGENT_ENDPOINT";

    /// <summary>Finds the endpoint, or ends the cmdlet with an error that says what is expected.</summary>
    /// <param name="cmdlet">The cmdlet that asks.</param>
    /// <param name="given">What the person said; null for nothing.</param>
    public static Endpoint Resolve(PSCmdlet cmdlet, string? given)
    {
        if (given is not null)
        {
            return Read(cmdlet, given, null);
        }

        if (Text(cmdlet.GetVariableValue(VariableName)) is string preferred)
        {
            return Read(cmdlet, preferred, "$" + VariableName);
        }

        return Environment.GetEnvironmentVariable(EnvironmentName) is { Length: > 0 } set
            ? Read(cmdlet, set, "$env:" + EnvironmentName)
            : Endpoint.Host;
    }

    private static Endpoint Read(PSCmdlet cmdlet, string text, string? source)
    {
        if (!Endpoint.TryParse(text, out Endpoint? endpoint, out string? problem))
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.EndpointInvalid(text, problem!, source));
        }

        if (endpoint!.Kind == EndpointKind.VSock && endpoint.ContextId == VSockAddress.AnyContextId)
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.EndpointInvalid(
                text, $"The endpoint '{text}' is one to listen at. To connect, name the other side: 'vsock:2:{endpoint.Port}' is the host.", source));
        }

        return endpoint;
    }

    private static string? Text(object? value)
    {
        string? text = (value is PSObject wrapped ? wrapped.BaseObject : value)?.ToString();
        return string.IsNullOrEmpty(text) ? null : text;
    }
}
