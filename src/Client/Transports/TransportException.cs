using System;
using System.IO;

namespace EsxAgent.Client.Transports;

/// <summary>A socket call failed.</summary>
/// <param name="error">What it means.</param>
/// <param name="message">The system's own words.</param>
/// <param name="inner">The exception that it came as, if it came as one.</param>
internal sealed class TransportException(TransportError error, string message, Exception? inner = null) : IOException(message, inner)
{
    public TransportError Error { get; } = error;
}
