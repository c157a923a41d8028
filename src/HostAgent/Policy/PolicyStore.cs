using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Policy;

/// <summary>
/// Keeps what the policy file says and looks again when it is needed, at most once a second. It looks at the content: the time and size of a file may stay
/// the same when its permissions change, or when another one is moved to its place.
/// </summary>
internal sealed class PolicyStore
{
    private const int LookMs = 1_000;

    /// <summary>No policy is that long; a mistake (a log, a disk) must not be read into memory.</summary>
    private const int MaxBytes = 1 << 20;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly AgentLog _log;
    private PolicyInForce _policy;
    private long _looked;

    /// <summary>Reads the policy for the first time.</summary>
    public PolicyStore(string path, AgentLog log)
    {
        _path = path;
        _log = log;
        _policy = Read(null);
        _looked = Environment.TickCount64;
    }

    /// <summary>The policy as it is now.</summary>
    public PolicyInForce Current
    {
        get
        {
            if (Environment.TickCount64 - Volatile.Read(ref _looked) < LookMs)
            {
                return Volatile.Read(ref _policy);
            }

            lock (_lock)
            {
                PolicyInForce policy = Read(_policy);
                if (!policy.IsSameAs(_policy))
                {
                    Volatile.Write(ref _policy, policy);
                    _log.Write($"policy {policy.Status.State}: {_path} {policy.Status.Digest} {policy.Status.Reason}");
                }

                Volatile.Write(ref _looked, Environment.TickCount64);
                return _policy;
            }
        }
    }

    /// <param name="before">What was read before: the same content is not parsed again.</param>
    private PolicyInForce Read(PolicyInForce? before)
    {
        byte[]? text = FileContent.Read(_path, MaxBytes, out int error);
        if (text is null)
        {
            return error switch
            {
                Errno.NoEntry => PolicyInForce.Absent(_path),
                Errno.FileTooLarge => PolicyInForce.Invalid(_path, null, "the file is larger than 1 MiB"),
                _ => PolicyInForce.Invalid(_path, null, $"the file cannot be read ({Errno.Describe(error)})"),
            };
        }

        string digest = Sha256.Hex(text);
        if (before?.Status.Digest == digest)
        {
            return before;
        }

        List<PolicyGroup>? groups = PolicyFile.TryParse(text, out string? problem);
        return groups is null ? PolicyInForce.Invalid(_path, digest, problem!) : PolicyInForce.Loaded(_path, digest, groups);
    }
}
