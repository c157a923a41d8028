using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;

namespace EsxAgent.Completion;

/// <summary>
/// What a host answered to a completer, kept for 5 s for each session and question. A person who presses Tab waits 150 ms at most; an answer that comes
/// later is there for the next press, and until it has come the question is not asked a second time.
/// </summary>
/// <param name="ask">Asks the host a question.</param>
internal sealed class AnswerCache<T>(Func<AgentSession, string, CancellationToken, Task<IReadOnlyList<T>>> ask)
{
    private const int LongestWaitMilliseconds = 150;
    private const int KeptMilliseconds = 5_000;

    /// <summary>Questions remembered for a session: as many as a person types letters.</summary>
    private const int MaxQuestions = 32;

    private readonly ConditionalWeakTable<AgentSession, Answers> _answers = new();

    /// <summary>The answer, or nothing where the host has not answered in time.</summary>
    /// <param name="session">Who is asked.</param>
    /// <param name="question">What is asked, in words that the asker understands.</param>
    public IReadOnlyList<T> Of(AgentSession session, string question)
    {
        Task<IReadOnlyList<T>> answer = _answers.GetOrCreateValue(session).To(question, session, ask);
        // A failed question is no answer; Tab is not the place to say why.
        return Task.WhenAny(answer).Wait(LongestWaitMilliseconds) && answer.IsCompletedSuccessfully ? answer.Result : [];
    }

    private sealed class Answers
    {
        private readonly Dictionary<string, (Task<IReadOnlyList<T>> Answer, long AskedAt)> _known = [];

        public Task<IReadOnlyList<T>> To(string question, AgentSession session, Func<AgentSession, string, CancellationToken, Task<IReadOnlyList<T>>> ask)
        {
            lock (this)
            {
                long now = Environment.TickCount64;
                if (_known.TryGetValue(question, out (Task<IReadOnlyList<T>> Answer, long AskedAt) known)
                    && (!known.Answer.IsCompleted || (known.Answer.IsCompletedSuccessfully && now - known.AskedAt < KeptMilliseconds)))
                {
                    return known.Answer;
                }

                if (_known.Count >= MaxQuestions)
                {
                    _known.Clear();
                }

                // On another thread from the start: nothing of it may take the person's time.
                Task<IReadOnlyList<T>> answer = Task.Run(() => ask(session, question, CancellationToken.None));
                _known[question] = (answer, now);
                return answer;
            }
        }
    }
}
