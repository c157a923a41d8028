using System.Collections;
using EsxAgent.Abstractions;
using EsxAgent.Client;

namespace EsxAgent.Completion;

/// <summary>What is being completed.</summary>
/// <param name="CommandName">The cmdlet.</param>
/// <param name="ParameterName">The parameter.</param>
/// <param name="Word">What was typed of the value, without quotes.</param>
/// <param name="BoundParameters">What stands on the command line already.</param>
internal sealed record CompletionQuery(string CommandName, string ParameterName, string Word, IDictionary BoundParameters)
{
    /// <summary>The open session that the command would use; null where there is none: completing never connects.</summary>
    public EsxAgentSession? OpenSession
    {
        get
        {
            EsxAgentSession? session = BoundParameters["Session"] is object given
                ? SessionTransformationAttribute.First(given)
                : RunspaceSessions.Here?.Default;
            return session?.Live.State == SessionState.Open ? session : null;
        }
    }
}
