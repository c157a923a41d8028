using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.Transcripts;

/// <summary>Plays a transcript to a new agent over a new simulated host, and writes down what the agent says.</summary>
internal sealed class TranscriptReplay : IDisposable
{
    /// <summary>A tool of the host has 30 s, and the answer comes after them.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Transcript _transcript;
    private readonly World _world;
    private readonly List<WireConnection> _others = [];
    private WireConnection? _connection;

    private TranscriptReplay(Transcript transcript)
    {
        _transcript = transcript;
        string[] datastores = [.. transcript.Settings("datastore")];
        _world = World.Start(transcript.Settings("host").Single(), datastores: datastores.Length == 0 ? null : datastores, prepare: Prepare);
    }

    private WireConnection Connection => _connection ??= _world.Connect();

    /// <summary>Plays a transcript.</summary>
    /// <returns>The same transcript with the answers that came; byte for byte the same text if the wire is as it was.</returns>
    public static string Play(Transcript transcript)
    {
        using var replay = new TranscriptReplay(transcript);
        var text = new StringBuilder();
        foreach (TranscriptLine line in transcript.Lines)
        {
            text.Append(replay.Take(line)).Append('\n');
        }

        replay.MustEnd();
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection?.Dispose();
        _others.ForEach(other => other.Dispose());
        _world.Dispose();
    }

    private void Prepare(SimulatedHost host)
    {
        string[] faults = [.. _transcript.Settings("fault")];
        File.WriteAllText(Path.Combine(host.Root, "faults.json"), $"[{string.Join(',', faults)}]");
        foreach (string policy in _transcript.Settings("policy"))
        {
            host.SetPolicy(policy);
        }

        foreach (string tool in _transcript.Settings("without"))
        {
            host.RemoveTool(tool);
        }

        foreach (string count in _transcript.Settings("unmounted"))
        {
            host.SetDatastores(list => AddUnmounted(list, Number(count)));
        }
    }

    private static void AddUnmounted(JsonArray list, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            JsonNode one = list[0]!.DeepClone();
            one["name"] = string.Create(CultureInfo.InvariantCulture, $"spare{i:0000}");
            one["uuid"] = string.Create(CultureInfo.InvariantCulture, $"00000000-{i:x8}-0000-000000000000");
            one["accessible"] = false;
            list.Add(one);
        }
    }

    private string Take(TranscriptLine line)
    {
        switch (line.Kind)
        {
            case TranscriptLineKind.Direction:
                Perform(line.Text);
                return line.ToString();
            case TranscriptLineKind.Send:
                Connection.SendFrame(line.Text);
                return line.ToString();
            case TranscriptLineKind.Receive when line.Text == TranscriptLine.End:
                Connection.MustEnd();
                return line.ToString();
            case TranscriptLineKind.Receive:
                string body = Connection.Receive(s_patience).ToString();
                return (line with { Text = AnswerLayout.Of(WireVariables.Replace(body, _world.Host.Directory)) }).ToString();
            default:
                return line.ToString();
        }
    }

    private void Perform(string direction)
    {
        string[] words = direction.Split(' ');
        switch (words)
        {
            case ["the", "handshake", "is", "made"]:
                _ = Connection.Initialize().Result;
                break;
            case [string count, "other", "sessions", "are", "open"]:
                _others.AddRange(Enumerable.Range(0, Number(count)).Select(_ => _world.Guest()));
                break;
            case ["a", "ping", "of", string bytes, "bytes", "is", "sent"]:
                Connection.SendFrame(Frame.PingOfBytes(1, Number(bytes)));
                break;
            case ["bytes", ..]:
                Connection.Send(JsonSerializer.Deserialize<string>(direction["bytes".Length..])!);
                break;
            case ["the", "tool", "is", "killed"]:
                Eventually.Holds("a tool runs", () => _world.Agent.Footprint.Children == 1);
                Signals.End(ProcessFootprint.ChildrenOf(_world.Agent.Id).Single());
                break;
            case ["the", "agent", "is", "told", "to", "end"]:
                TellToEnd();
                break;
            default:
                throw new FormatException($"A transcript has no such direction: {direction}");
        }
    }

    /// <summary>Tells the agent to end, and waits until it has understood.</summary>
    private void TellToEnd()
    {
        WireConnection other = _world.Guest();
        _others.Add(other);
        _world.Agent.Terminate();
        Eventually.Holds("the agent refuses requests", () => other.Call("$/ping").ErrorKind is not null);
    }

    /// <summary>The conversation is over, and the agent has said no more than the transcript shows.</summary>
    private void MustEnd()
    {
        if (_transcript.Lines.Last(line => line.Kind != TranscriptLineKind.Note).Text != TranscriptLine.End)
        {
            Connection.SendFrame(Frame.Notification("exit"));
            Connection.MustEnd();
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
