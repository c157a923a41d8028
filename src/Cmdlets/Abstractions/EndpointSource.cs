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
        if (TryResolve(given, name => cmdlet.GetVariableValue(name), out Endpoint? endpoint) is ErrorRecord problem)
        {
            cmdlet.ThrowTerminatingError(problem);
        }

        return endpoint!;
    }

    /// <summary>Finds the endpoint.</summary>
    /// <param name="given">What the person said; null for nothing.</param>
    /// <param name="variableOf">The value of a variable of PowerShell.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static ErrorRecord? TryResolve(string? given, Func<string, object?> variableOf, out Endpoint? endpoint)
    {
        if (given is not null)
        {
            return TryRead(given, null, out endpoint);
        }

        if (Text(variableOf(VariableName)) is string preferred)
        {
            return TryRead(preferred, "$" + VariableName, out endpoint);
        }

        if (Environment.GetEnvironmentVariable(EnvironmentName) is { Length: > 0 } set)
        {
            return TryRead(set, "$env:" + EnvironmentName, out endpoint);
        }

        endpoint = Endpoint.Host;
        return null;
    }

    private static ErrorRecord? TryRead(string text, string? source, out Endpoint? endpoint)
    {
        if (!Endpoint.TryParse(text, out endpoint, out string? problem))
        {
            return ErrorRecords.EndpointInvalid(text, problem!, source);
        }

        return endpoint!.Kind == EndpointKind.VSock && endpoint.ContextId == VSockAddress.AnyContextId
            ? ErrorRecords.EndpointInvalid(
                text, $"The endpoint '{text}' is one to listen at. To connect, name the other side: 'vsock:2:{endpoint.Port}' is the host.", source)
            : null;
    }

    private static string? Text(object? value)
    {
        string? text = (value is PSObject wrapped ? wrapped.BaseObject : value)?.ToString();
        return string.IsNullOrEmpty(text) ? null : text;
    }
}
