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

    /// <summary>
    /// Is cancelled within the 100 ms that a person who pressed Ctrl+C is promised. A machine that is busy with other things is allowed for by the time
    /// that an empty piece of work needs at the same moment; there are a few steps from thread to thread on the way.
    /// </summary>
    public static async Task CancelledAtOnce(Task task, Action cancel)
    {
        const int Steps = 5;
        var watch = Stopwatch.StartNew();
        cancel();
        Task<TimeSpan> control = Task.Run(() => watch.Elapsed);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        TimeSpan elapsed = watch.Elapsed;
        TimeSpan allowed = TimeSpan.FromMilliseconds(100) + (await control * Steps);
        Assert.True(elapsed < allowed, $"The cancellation took {elapsed.TotalMilliseconds} ms; {allowed.TotalMilliseconds} are allowed.");
    }

    private static void IsReadable(string text)
    {
        Assert.NotEmpty(text);
        Assert.EndsWith(".", text);
        Assert.DoesNotContain("..", text.Replace("...", string.Empty, StringComparison.Ordinal));
    }
}
