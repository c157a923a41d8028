using System;
using EsxAgent.HostAgent.Diagnostics;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class FaultTests
{
    [Fact]
    public void A_mistake_is_described_by_code_message_and_place_with_what_caused_it()
    {
        string text = Fault.Describe(Thrown(new InvalidOperationException("no such state", Thrown(new ArgumentException("far out")))));

        Assert.StartsWith("0x80131509: no such state\n", text);
        Assert.Contains("\nbecause of 0x80070057: far out\n", text);
        Assert.Equal(2, text.Split(nameof(Thrown)).Length - 1);
    }

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
