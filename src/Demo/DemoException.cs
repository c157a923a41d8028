using System;

namespace EsxAgent.Demo;

/// <summary>The demo cannot go on; the message says what to do.</summary>
public sealed class DemoException(string message) : Exception(message);
