using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.Hostile;

/// <summary>A guest that makes random calls, one after the other.</summary>
internal sealed class RandomGuest(World world, int seed)
{
    /// <summary>A number in the place of the method, now and then: a method that no agent has.</summary>
    private const int OneUnknownOf = 500;

    private static readonly RandomCall[] s_deck = [.. CallTable.All.SelectMany(call => Enumerable.Repeat(call, call.Weight))];
    private static readonly RandomCall s_unknown = new("no/such", typeof(Protocol.Messages.RequestParams), 0, ["MethodNotFound"]);

    private readonly ParameterGenerator _generator = new(seed);
    private readonly Random _random = new(seed);

    /// <summary>How often which answer came: a method with <c>result</c> or the kind of its error.</summary>
    public SortedDictionary<string, int> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Calls whose error is not expected of their method, with the answer; the first ones.</summary>
    public List<string> Unexpected { get; } = [];

    /// <summary>Connects, makes calls on a thread of its own, and ends the connection.</summary>
    public Thread Begin(int calls)
    {
        var thread = new Thread(() =>
        {
            try
            {
                using WireConnection connection = world.Guest();
                for (int i = 0; i < calls; i++)
                {
                    CallOnce(connection);
                }
            }
            catch (Exception e)
            {
                Unexpected.Add(e.ToString());
            }
        });
        thread.Start();
        return thread;
    }

    private void CallOnce(WireConnection connection)
    {
        const int Most = 20;
        RandomCall call = _random.Next(OneUnknownOf) == 0 ? s_unknown : s_deck[_random.Next(s_deck.Length)];
        string parameters = _generator.Make(call.Parameters);
        string id = connection.StartCall(call.Method, parameters);
        if (call.Method == Protocol.Messages.Methods.VsiWatch)
        {
            // It would never end.
            connection.SendFrame(Frame.Notification("$/cancelRequest", $$"""{"id":{{id}}}"""));
        }

        WireMessage answer = Answer(connection, id);
        string kind = answer.ErrorKind ?? "result";
        string key = $"{call.Method} {kind}";
        Answers[key] = Answers.GetValueOrDefault(key) + 1;
        if (kind != "result" && !CallTable.Expects(call, kind) && Unexpected.Count < Most)
        {
            Unexpected.Add($"{call.Method} {Shorten(parameters)} -> {answer}");
        }
    }

    /// <summary>The answer to a request; one whose id could not be read is answered without.</summary>
    private static WireMessage Answer(WireConnection connection, string id)
    {
        while (true)
        {
            WireMessage message = connection.Receive(TimeSpan.FromSeconds(60));
            if (message.Method is null)
            {
                return message.Id == id || message.Id == "null" ? message
                    : throw new InvalidOperationException($"The answer to the request {id} was expected, this came: {message}");
            }
        }
    }

    private static string Shorten(string text) => text.Length <= 500 ? text : text[..500];
}
