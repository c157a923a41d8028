using System;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent;

/// <summary>Ends an operation with an error that is meant for the guest.</summary>
internal sealed class OperationException : Exception
{
    public OperationException(WireError error) => Error = error;

    public OperationException(ErrorKind kind, string message)
        : this(new WireError(kind, message))
    {
    }

    public WireError Error { get; }

    public override string Message => Error.Message;
}
