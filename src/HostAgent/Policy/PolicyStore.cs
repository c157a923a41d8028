using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;

namespace EsxAgent.HostAgent.Policy;

/// <summary>Keeps the policy file's content and reads it again when the file has changed. Looks at most once a second.</summary>
internal sealed class PolicyStore
{
    private const int LookMs = 1_000;

    /// <summary>No policy is that long; a mistake (a log, a disk) must not be read into memory.</summary>
    private const int MaxBytes = 1 << 20;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly AgentLog _log;
    private PolicyInForce _policy;
    private (DateTime Written, long Length) _seen;
    private long _looked;

    /// <summary>Reads the policy for the first time.</summary>
    public PolicyStore(string path, AgentLog log)
    {
        _path = path;
        _log = log;
        _seen = Look();
        _policy = Read();
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
                (DateTime, long) now = Look();
                if (now != _seen)
                {
                    _seen = now;
                    Volatile.Write(ref _policy, Read());
                    _log.Write($"policy {_policy.Status.State}: {_path} {_policy.Status.Digest} {_policy.Status.Reason}");
                }

                Volatile.Write(ref _looked, Environment.TickCount64);
                return _policy;
            }
        }
    }

    private (DateTime Written, long Length) Look()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private PolicyInForce Read()
    {
        byte[] text;
        try
        {
            if (new FileInfo(_path) is { Exists: true, Length: > MaxBytes })
            {
                return PolicyInForce.Invalid(_path, null, "the file is larger than 1 MiB");
            }

            text = File.ReadAllBytes(_path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return PolicyInForce.Absent(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PolicyInForce.Invalid(_path, null, "the file cannot be read");
        }

        string digest = Sha256.Hex(text);
        List<PolicyGroup>? groups = PolicyFile.TryParse(text, out string? problem);
        return groups is null ? PolicyInForce.Invalid(_path, digest, problem!) : PolicyInForce.Loaded(_path, digest, groups);
    }
}
