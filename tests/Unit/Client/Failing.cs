using System;
using System.Diagnostics;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>Expectations of failures, each with what a person must be told.</summary>
internal static class Failing
{
    /// <summary>Fails for the given reason, with a sentence and an advice.</summary>
    public static async Task<ConnectionException> With(ConnectionFailure failure, Func<Task> action)
    {
        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(action);
        Assert.Equal(failure, exception.Failure);
        IsReadable(exception.Message);
        IsReadable(exception.RecommendedAction);
        return exception;
    }

    /// <summary>Fails with the given kind of error.</summary>
    public static async Task<AgentException> With(ErrorKind kind, Func<Task> action)
    {
        AgentException exception = await Assert.ThrowsAsync<AgentException>(action);
        Assert.Equal(kind, exception.Kind);
        return exception;
    }

    /// <summary>Is cancelled within the 100 ms that a person who pressed Ctrl+C is promised.</summary>
    public static async Task CancelledAtOnce(Task task, Action cancel)
    {
        var watch = Stopwatch.StartNew();
        cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True(watch.ElapsedMilliseconds < 100, $"The cancellation took {watch.ElapsedMilliseconds} ms; 100 are allowed.");
    }

    private static void IsReadable(string text)
    {
        Assert.NotEmpty(text);
        Assert.EndsWith(".", text);
        Assert.DoesNotContain("..", text.Replace("...", string.Empty, StringComparison.Ordinal));
    }
}
