using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace EsxAgent.Tests.Transcripts;

/// <summary>Begins with the transcripts that wait for a time of the agent's own, so that the others are played meanwhile.</summary>
public sealed class SlowTranscripts
{
    private readonly Dictionary<string, Task<string>> _played = Transcript.Names
        .Where(name => Transcript.Read(name).Settings("takes").Any())
        .ToDictionary(name => name, name => Task.Run(() => TranscriptReplay.Play(Transcript.Read(name))));

    /// <summary>What came of a slow transcript; null for one that is not.</summary>
    internal string? Take(string name) => _played.TryGetValue(name, out Task<string>? played) ? played.GetAwaiter().GetResult() : null;
}
