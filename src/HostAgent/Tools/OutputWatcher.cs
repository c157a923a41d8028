using System;

namespace EsxAgent.HostAgent.Tools;

/// <summary>Is shown what a tool has printed so far.</summary>
/// <param name="output">Standard output from its beginning; valid during the call only.</param>
internal delegate void OutputWatcher(ReadOnlySpan<byte> output);
