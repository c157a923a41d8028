using System;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// The shell of vsish that bulk readers share: started when there is much to read, ended when it was idle, replaced when it misbehaves. Whoever gets no
/// answer here asks by a process of its own.
/// </summary>
/// <param name="tool">Asks by processes.</param>
/// <param name="path">Absolute path of vsish.</param>
/// <param name="watchdog">Looks whether it is idle.</param>
/// <param name="log">Is told of a shell that does not work.</param>
/// <param name="idleMs">Time without a question after which it is ended.</param>
internal sealed class SharedShell(VsishTool tool, string path, Watchdog watchdog, AgentLog log, int idleMs = 30_000) : IDisposable
{
    /// <summary>Longest wait for the shell while another one asks it. An answer takes far less; one that takes longer hangs.</summary>
    private const int TurnMs = 20;

    /// <summary>What one answer may take.</summary>
    private const int AnswerMs = 5_000;

    /// <summary>A shell that does not work is not tried again for so long.</summary>
    private const int BrokenMs = 60_000;

    /// <summary>Replacements within <see cref="BrokenMs"/> after which it counts as one that does not work.</summary>
    private const int MaxReplacements = 3;

    private readonly Lock _gate = new();
    private VsishShell? _shell;
    private long _lastUse;
    private long _notBefore;
    private int _replacements;
    private long _firstReplacement;

    /// <summary>True while there is a shell.</summary>
    public bool IsRunning => Volatile.Read(ref _shell) is not null;

    /// <summary>Asks the shell.</summary>
    /// <param name="command">The command.</param>
    /// <param name="node">Its node.</param>
    /// <param name="isWorthStarting">True where it may be started for this: one of many questions.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="time">What the answer may take, where that is less than usual.</param>
    /// <returns>Null where it has no answer, or one that says nothing.</returns>
    /// <exception cref="OperationException">The request was cancelled.</exception>
    public ToolOutput? TryAsk(VsishCommand command, string node, bool isWorthStarting, CancelSignal cancel, TimeSpan? time)
    {
        bool isUsable = node.Length <= VsishShell.MaxNode && (isWorthStarting || IsRunning);
        if (!isUsable || !_gate.TryEnter(TurnMs))
        {
            return null;
        }

        try
        {
            cancel.ThrowIfRequested();
            _shell ??= TryStart(cancel);
            if (_shell is null)
            {
                return null;
            }

            _lastUse = Environment.TickCount64;
            long allowed = time is TimeSpan given ? Math.Min((long)given.TotalMilliseconds, AnswerMs) : AnswerMs;
            ToolOutput? output = _shell.TryAsk(command, node, cancel, _lastUse + allowed);
            if (output is null)
            {
                GiveUp(isOurDoing: cancel.Reason is not null);
                cancel.ThrowIfRequested();
            }
            else if (output.Output.Length == 0 && output.ErrorText is null)
            {
                // An empty value, or a failure without a word: only the status of a process could tell.
                output.Dispose();
                output = null;
            }

            return output;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            End();
        }
    }

    private VsishShell? TryStart(CancelSignal cancel)
    {
        if (Environment.TickCount64 < _notBefore)
        {
            return null;
        }

        VsishShell? shell = VsishShell.TryStart(path, out string? problem);
        if (shell is not null && !IsLikeAProcessOrEnds(shell, cancel))
        {
            shell = null;
            problem = "it answers other than a call of its own";
        }

        if (shell is null)
        {
            _notBefore = Environment.TickCount64 + BrokenMs;
            log.Write($"the shell of vsish cannot be used, one process a node is: {problem}");
            return null;
        }

        watchdog.After(idleMs, EndWhenIdle);
        return shell;
    }

    /// <summary>As <see cref="IsLikeAProcess"/>; where it is not, or the request is cancelled meanwhile, the shell is ended.</summary>
    private bool IsLikeAProcessOrEnds(VsishShell shell, CancelSignal cancel)
    {
        bool isLike = false;
        try
        {
            isLike = IsLikeAProcess(shell, cancel);
            return isLike;
        }
        finally
        {
            if (!isLike)
            {
                shell.Dispose();
            }
        }
    }

    /// <summary>Whether an answer of the shell is the one of a process, letter for letter.</summary>
    private bool IsLikeAProcess(VsishShell shell, CancelSignal cancel)
    {
        try
        {
            using ToolOutput expected = tool.Ask(VsishCommand.List, "/", cancel, TimeSpan.FromMilliseconds(AnswerMs));
            using ToolOutput? answer = shell.TryAsk(VsishCommand.List, "/", cancel, Environment.TickCount64 + AnswerMs);
            return answer is not null && answer.Output.Bytes.SequenceEqual(expected.Output.Bytes) && answer.Error.Bytes.SequenceEqual(expected.Error.Bytes);
        }
        catch (OperationException) when (cancel.Reason is null)
        {
            return false;
        }
    }

    /// <summary>Ends a shell that did not behave, or whose answer nobody waits for any more. The next question gets a new one.</summary>
    private void GiveUp(bool isOurDoing)
    {
        End();
        if (isOurDoing)
        {
            return;
        }

        long now = Environment.TickCount64;
        if (now - _firstReplacement > BrokenMs)
        {
            _firstReplacement = now;
            _replacements = 0;
        }

        bool isBroken = ++_replacements >= MaxReplacements;
        _notBefore = isBroken ? now + BrokenMs : _notBefore;
        log.Write($"the shell of vsish did not answer as expected and was ended{(isBroken ? "; one process a node is used for a minute" : string.Empty)}");
    }

    /// <summary>Called by the watchdog: must not wait.</summary>
    private void EndWhenIdle()
    {
        long left = _lastUse + idleMs - Environment.TickCount64;
        if (left > 0 || !_gate.TryEnter())
        {
            watchdog.After(Math.Max(left, TurnMs), EndWhenIdle);
            return;
        }

        End();
        _gate.Exit();
    }

    private void End()
    {
        _shell?.Dispose();
        Volatile.Write(ref _shell, null);
    }
}
