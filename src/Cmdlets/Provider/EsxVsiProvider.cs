using System;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Management.Automation.Provider;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Errors;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Provider;

/// <summary>
/// Shows the host's vsish tree as a drive: <c>vsi:</c> is there with the module and shows the host of the default session, which is opened when it is needed
/// and there is none; <c>New-PSDrive</c> makes further ones, each for a session. Everything is read when it is asked for; nothing can be written.
/// </summary>
[CmdletProvider(ProviderName, ProviderCapabilities.Filter)]
[OutputType(typeof(EsxVsiNode), ProviderCmdlet = ProviderCmdlet.GetItem)]
[OutputType(typeof(EsxVsiNode), ProviderCmdlet = ProviderCmdlet.GetChildItem)]
[OutputType(typeof(string), ProviderCmdlet = ProviderCmdlet.GetContent)]
[SuppressMessage("Design", "CA1001", Justification = "PowerShell disposes of no provider, and the signal holds nothing that had to be freed.")]
public sealed partial class EsxVsiProvider : NavigationCmdletProvider, IContentCmdletProvider
{
    /// <summary>Name of the provider.</summary>
    internal const string ProviderName = "EsxVsi";

    private const string DefaultDrive = "vsi";

    private readonly StopSignal _stop = new();

    /// <summary>Called by PowerShell on another thread than the pipeline's.</summary>
    protected override void StopProcessing() => _stop.Set();

    /// <inheritdoc/>
    protected override Collection<PSDriveInfo> InitializeDefaultDrives() =>
        [new PSDriveInfo(DefaultDrive, ProviderInfo, DrivePath.Default.ToString(), "The vsish tree of the host of the default session", null)];

    /// <inheritdoc/>
    protected override object NewDriveDynamicParameters() => new NewDriveParameters();

    /// <inheritdoc/>
    protected override PSDriveInfo? NewDrive(PSDriveInfo drive)
    {
        DrivePath root = DrivePath.Parse(drive.Root);
        EsxAgentSession? session = (DynamicParameters as NewDriveParameters)?.Session;
        if (session is not null)
        {
            root = root with { SessionKey = DriveSessions.KeyOf(session) };
        }

        if (!root.IsRoot && !IsDirectory(root))
        {
            WriteError(ErrorRecords.VsiDirectoryNotFound(root.Node));
            return null;
        }

        string description = session is null ? drive.Description : $"The vsish tree of {session.HostName}, session '{session.Name}'";
        return new PSDriveInfo(drive.Name, ProviderInfo, root.ToString(), description, drive.Credential);
    }

    /// <summary>The session that a path belongs to; the default one is opened where there is none.</summary>
    private EsxAgentSession SessionOf(DrivePath path)
    {
        EsxAgentSession? session = path.SessionKey is string key ? DriveSessions.Find(key) : RunspaceSessions.Here?.Default;
        if (session is null && path.SessionKey is not null)
        {
            Fail(ErrorRecords.VsiDriveSessionNotFound(path.ToString()));
        }

        session ??= Open();
        if (session.Live.State == Client.SessionState.Closed)
        {
            Fail(ErrorRecords.SessionClosed(session));
        }

        return session;
    }

    private EsxAgentSession Open()
    {
        ErrorRecord? problem = EndpointSource.TryResolve(null, SessionState.PSVariable.GetValue, out Endpoint? endpoint);
        AgentSession? live = problem is null ? SessionOpening.TryConnect(endpoint!, SessionOpening.OptionsFor(0), _stop, out problem) : null;
        if (live is null)
        {
            Fail(problem!);
        }

        EsxAgentSession session = RunspaceSessions.Here!.Add(live!, null, canBeDefault: true);
        WriteVerbose(SessionOpening.Describe(session));
        return session;
    }

    [DoesNotReturn]
    private void Fail(ErrorRecord record)
    {
        ThrowTerminatingError(ErrorRecords.InException(record));
        throw record.Exception;
    }

    /// <summary>Does something through the session of a path, and tells what went wrong with it.</summary>
    private void Ask(DrivePath path, Action<EsxAgentSession, ReconnectSign> work)
    {
        EsxAgentSession session = SessionOf(path);
        using var sign = new ReconnectSign(WriteProgress, session);
        try
        {
            work(session, sign);
        }
        catch (Exception error) when (ErrorRecords.OfNode(error, session, path.Node) is ErrorRecord record)
        {
            WriteError(record);
        }

        if (session.TakeHostChange() is string change)
        {
            WriteWarning(change);
        }
    }
}
