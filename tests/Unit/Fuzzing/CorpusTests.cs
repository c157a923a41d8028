using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using EsxAgent.Protocol.Messages;
using EsxAgent.Tests.Fuzz;
using Xunit;

namespace EsxAgent.Tests.Fuzzing;

/// <summary>
/// What the fuzzer begins with, and what it once found, keeps its promises; so do small changes of it, the same ones on every run. <c>tests/Fuzz/run.sh</c>
/// looks for more.
/// </summary>
public sealed class CorpusTests
{
    private const int ChangesOfEach = 300;

    /// <summary>A corpus that a fuzzer has grown must not make the tests slow.</summary>
    private const int ChangesOfAll = 20_000;

    private static readonly string[] Words =
    [
        "{", "}", " {\n", "\n", ":", " :", "[0]: ", "[1]: ", "[9]: ", "->", "0x", "   ", "\r\n", "UUID:", "Content-Length: ", "\r\n\r\n", "\"id\":", "-1",
        "99999999999999999999", "\\u", "\0", "é",
    ];

    private static readonly byte[][] Pieces = [.. Words.Select(Encoding.UTF8.GetBytes), [0xff]];

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_keeps_the_promises(string target)
    {
        byte[][] corpus = [.. Corpus(target)];

        Assert.True(corpus.Length >= 15, $"The corpus of '{target}' has {corpus.Length} inputs.");
        Assert.All(corpus, FuzzTarget.All[target]);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void So_do_small_changes_of_it(string target)
    {
        var random = new Random(20_260_101);
        byte[][] corpus = [.. Corpus(target)];
        int changes = Math.Min(ChangesOfEach, ChangesOfAll / corpus.Length);
        foreach (byte[] input in corpus)
        {
            byte[] changed = input;
            for (int i = 0; i < changes; i++)
            {
                changed = Change(random.Next(8) == 0 ? input : changed, random);
                try
                {
                    FuzzTarget.All[target](changed);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"Add this to the corpus of '{target}': {Convert.ToHexString(changed)}", e);
                }
            }
        }
    }

    [Fact]
    public void The_parameters_of_every_method_that_has_some_are_read()
    {
        string[] without =
        [
            Methods.Shutdown, Methods.Exit, Methods.Ping, Methods.CancelRequest, Methods.Progress, Methods.AgentStatus, Methods.AgentMetrics, Methods.VmSelf,
        ];
        IEnumerable<string> all = typeof(Methods).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(all.Except(without).Order(), ToolLessHost.Only.Methods.Select(method => method.Name).Order());
    }

    private static byte[] Change(byte[] input, Random random)
    {
        var bytes = new List<byte>(input.Take(4_096));
        int at = random.Next(bytes.Count + 1);
        switch (random.Next(4))
        {
            case 0:
                bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                break;
            case 1:
                bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at));
                break;
            case 2:
                bytes.InsertRange(at, input.Skip(random.Next(input.Length + 1)).Take(random.Next(60)));
                break;
            default:
                if (at < bytes.Count)
                {
                    bytes[at] ^= (byte)(1 << random.Next(8));
                }

                break;
        }

        return [.. bytes];
    }

    private static IEnumerable<byte[]> Corpus(string target) =>
        Directory.EnumerateFiles(Path.Combine(Built.Root, "tests", "Fuzz", "corpus", target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
}
