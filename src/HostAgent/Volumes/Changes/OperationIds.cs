using System.Collections.Generic;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>The rule for operation ids, and a memory of those that were used: the same one with other arguments is a mistake of the guest.</summary>
internal sealed class OperationIds
{
    private const int MaxLength = 64;
    private const int Remembered = 4096;

    private readonly Dictionary<string, string> _fingerprints = [];
    private readonly Queue<string> _order = new();

    /// <summary>Lets an id pass or throws.</summary>
    /// <exception cref="OperationException"><c>InvalidParams</c>.</exception>
    public static string Check(string? operationId) => IsValid(operationId) ? operationId! : throw new OperationException(
        new WireError(ErrorKind.InvalidParams, "The parameter 'operationId' must be 1 to 64 of A-Z a-z 0-9 -, best a uuid.") { Target = "operationId" });

    /// <summary>Whether a text may be an id: it becomes the name of a file.</summary>
    public static bool IsValid(string? operationId)
    {
        bool isValid = operationId is { Length: > 0 and <= MaxLength };
        foreach (char c in operationId ?? string.Empty)
        {
            isValid &= char.IsAsciiLetterOrDigit(c) || c == '-';
        }

        return isValid;
    }

    /// <summary>Remembers an id with its arguments.</summary>
    /// <param name="group">The caller's group: ids of others are nobody's business.</param>
    /// <param name="operationId">The id.</param>
    /// <param name="fingerprint">Digest of the arguments.</param>
    /// <exception cref="OperationException"><c>OperationConflict</c>: it was used with other arguments.</exception>
    public void Use(string group, string operationId, string fingerprint)
    {
        string key = $"{group}/{operationId}";
        lock (_fingerprints)
        {
            if (_fingerprints.TryGetValue(key, out string? known))
            {
                if (known != fingerprint)
                {
                    throw Conflict(operationId);
                }

                return;
            }

            _fingerprints[key] = fingerprint;
            _order.Enqueue(key);
            if (_order.Count > Remembered)
            {
                _fingerprints.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>The error of an id that was used with other arguments. Trying again does not help, unlike the other conflicts.</summary>
    public static OperationException Conflict(string operationId) => new(
        new WireError(ErrorKind.OperationConflict, $"The operation id '{operationId}' was used with other arguments.")
        {
            OperationId = operationId,
            RecommendedAction = "Give each change an id of its own.",
        });
}
