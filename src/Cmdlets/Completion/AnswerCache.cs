using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;

namespace EsxAgent.Completion;

/// <summary>
/// What a host answered to a completer, kept for 5 s a session. A person who presses Tab waits 150 ms at most; an answer that comes later is there for the
/// next press, and until it has come no second question is asked.
/// </summary>
/// <param name="ask">Asks the host.</param>
internal sealed class AnswerCache<T>(Func<AgentSession, CancellationToken, Task<IReadOnlyList<T>>> ask)
{
    private const int LongestWaitMilliseconds = 150;
    private const int KeptMilliseconds = 5_000;

    private readonly ConditionalWeakTable<AgentSession, Entry> _entries = new();

    /// <summary>The answer, or nothing where the host has not answered in time.</summary>
    public IReadOnlyList<T> Of(AgentSession session)
    {
        Task<IReadOnlyList<T>> answer = _entries.GetOrCreateValue(session).Ask(session, ask);
        // A failed question is no answer; Tab is not the place to say why.
        return Task.WhenAny(answer).Wait(LongestWaitMilliseconds) && answer.IsCompletedSuccessfully ? answer.Result : [];
    }

    private sealed class Entry
    {
        private Task<IReadOnlyList<T>>? _answer;
        private long _askedAt;

        public Task<IReadOnlyList<T>> Ask(AgentSession session, Func<AgentSession, CancellationToken, Task<IReadOnlyList<T>>> ask)
        {
            lock (this)
            {
                bool isFresh = Environment.TickCount64 - _askedAt < KeptMilliseconds;
                bool isUsable = _answer is not null && (!_answer.IsCompleted || (_answer.IsCompletedSuccessfully && isFresh));
                if (!isUsable)
                {
                    _askedAt = Environment.TickCount64;
                    // On another thread from the start: nothing of it may take the person's time.
                    _answer = Task.Run(() => ask(session, CancellationToken.None));
                }

                return _answer!;
            }
        }
    }
}
