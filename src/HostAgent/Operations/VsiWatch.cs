using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// Samples leaves every interval and sends those that hold something else than what was sent last. Samples that the guest has no room for are dropped and
/// counted, never kept: since they were not sent, what has changed is sent with the next ones.
/// </summary>
/// <param name="reader">Who asks the host.</param>
/// <param name="paths">The leaves.</param>
/// <param name="intervalMs">Time from one round to the next.</param>
/// <param name="token">The request's token.</param>
/// <param name="request">The request.</param>
/// <param name="check">Throws where a leaf may not be read any more.</param>
/// <param name="leave">Called at the end.</param>
internal sealed class VsiWatch(
    VsiReader reader, string[] paths, int intervalMs, byte[] token, RequestContext request, Action<string> check, Action leave) : IPieces
{
    /// <summary>Longest piece of a round.</summary>
    private const int PieceMs = 50;

    /// <summary>What one node may take.</summary>
    private static readonly TimeSpan s_timeOfNode = TimeSpan.FromSeconds(5);

    private readonly ItemBatch _batch = new();

    /// <summary>The leaves whose samples are in the batch.</summary>
    private readonly List<int> _inBatch = [];

    /// <summary>Fingerprint of what was sent last of each leaf; null before the first time. The text itself could be large.</summary>
    private readonly ulong?[] _sent = new ulong?[paths.Length];
    private readonly ulong[] _seen = new ulong[paths.Length];
    private int _next;
    private long _lost;
    private long _lostInBatch;
    private long _roundStart;
    private long _due = Environment.TickCount64;

    /// <inheritdoc/>
    public IWireObject? Next(out int pauseMs)
    {
        pauseMs = 0;
        long started = Environment.TickCount64;
        _roundStart = _next == 0 ? started : _roundStart;
        while (_next < paths.Length)
        {
            Sample(_next++);
            request.Cancel.ThrowIfRequested();
            if (Environment.TickCount64 - started > PieceMs)
            {
                return null;
            }
        }

        Send();
        _next = 0;
        pauseMs = PauseAfterRound();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        leave();
    }

    /// <summary>A round that took longer than the interval is followed by a pause of the same length: half of a worker is enough for one guest.</summary>
    private int PauseAfterRound()
    {
        long now = Environment.TickCount64;
        _due += intervalMs;
        if (_due <= now)
        {
            _due = now + Math.Max(1, Math.Min(now - _roundStart, intervalMs));
        }

        return (int)(_due - now);
    }

    private void Sample(int index)
    {
        string path = paths[index];
        check(path);
        DateTime time = DateTime.UtcNow;
        try
        {
            using ToolOutput text = reader.Get(path, request.Cancel, s_timeOfNode, isOneOfMany: true);
            Add(index, time, text, null, Fingerprint.Of(text.Output.Bytes));
        }
        catch (OperationException e) when (VsiItems.IsOfNode(e.Error))
        {
            Add(index, time, null, e.Error, Fingerprint.Of(e.Error.Kind.Name + e.Error.ToolError));
        }
    }

    private void Add(int index, DateTime time, ToolOutput? text, WireError? error, ulong fingerprint)
    {
        _seen[index] = fingerprint;
        if (_sent[index] == fingerprint)
        {
            return;
        }

        _lostInBatch = _batch.Count == 0 ? _lost : _lostInBatch;
        VsiItems.WriteSample(_batch.BeginItem(), time, paths[index], text, error, _batch.Count == 0 ? _lost : 0);
        if (!_batch.EndItem())
        {
            Send();
            _lostInBatch = 0;
            _batch.TryTake();
        }

        _inBatch.Add(index);
    }

    private void Send()
    {
        if (_batch.Count == 0)
        {
            // Nothing has changed, and half a frame may still wait for room.
            request.Session.Connection.TrySendRest();
            return;
        }

        if (request.Session.Connection.TrySendItems(token, _batch.Items))
        {
            _lost -= _lostInBatch;
            foreach (int index in _inBatch)
            {
                _sent[index] = _seen[index];
            }
        }
        else
        {
            _lost += _batch.Count;
        }

        _batch.Clear();
        _inBatch.Clear();
    }
}
