using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Tests.VSock;

/// <summary>Expectations; what does not hold is told with what was expected.</summary>
internal static class Expect
{
    /// <summary>Both are the same.</summary>
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ExpectationException($"{what}: expected '{expected}', got '{actual}'");
        }
    }

    /// <summary>The condition holds.</summary>
    public static void That([DoesNotReturnIf(false)] bool condition, string expectation)
    {
        if (!condition)
        {
            throw new ExpectationException($"expected that {expectation}");
        }
    }

    /// <summary>A text has a part.</summary>
    public static void Contains(string part, string? text) => That(text?.Contains(part, StringComparison.Ordinal) == true, $"'{text}' contains '{part}'");

    /// <summary>It fails for the given reason.</summary>
    public static async Task<ConnectionException> FailureAsync(ConnectionFailure failure, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (ConnectionException e)
        {
            Equal(failure, e.Failure, $"the reason of '{e.Message}'");
            return e;
        }

        throw new ExpectationException($"expected a failure '{failure}', and it succeeded");
    }

    /// <summary>The agent, or the session for it, answers the given kind of error.</summary>
    public static async Task<AgentException> ErrorAsync(ErrorKind kind, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (AgentException e)
        {
            Equal(kind.Name, e.Kind.Name, $"the kind of '{e.Message}'");
            return e;
        }

        throw new ExpectationException($"expected an error '{kind.Name}', and it succeeded");
    }
}

/// <summary>Something that was expected does not hold.</summary>
internal sealed class ExpectationException(string message) : Exception(message);
