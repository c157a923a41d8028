namespace EsxAgent.Tests.Interop;

/// <summary>What StreamJsonRpc reads and writes JSON with.</summary>
public enum JsonLibrary
{
    /// <summary>Its <c>SystemTextJsonFormatter</c>.</summary>
    SystemTextJson,

    /// <summary>Its <c>JsonMessageFormatter</c>, made of Newtonsoft.Json.</summary>
    Newtonsoft,
}
