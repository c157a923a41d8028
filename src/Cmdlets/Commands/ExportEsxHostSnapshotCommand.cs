using System;
using System.IO;
using System.Management.Automation;
using System.Threading.Tasks;
using EsxAgent.Abstractions;
using EsxAgent.Client.Snapshots;
using EsxAgent.Completion;
using EsxAgent.Errors;

namespace EsxAgent.Commands;

/// <summary>Writes what the host shows into a file that the simulated host can be made of.</summary>
[Cmdlet(VerbsData.Export, "EsxHostSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEsxHostSnapshotCommand : SessionCmdlet
{
    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Parts of the vsish tree to record; without it all that may be read.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VsiPathCompleter))]
    public string[] Root { get; set; } = [VsiPathText.Root];

    /// <summary>A file of that name is replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Session is { Length: > 1 })
        {
            ThrowTerminatingError(ErrorRecords.SnapshotOfSeveralHosts(Session.Length));
        }
    }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        string path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path, out ProviderInfo provider, out _);
        if (provider.Name != "FileSystem" || Directory.Exists(path))
        {
            WriteError(ErrorRecords.SnapshotPathInvalid(Path));
        }
        else if (File.Exists(path) && !Force)
        {
            WriteError(ErrorRecords.SnapshotExists(path));
        }
        else if (ShouldProcess(path, $"Write a snapshot of {session.HostName}"))
        {
            Write(session, path);
        }
    }

    private void Write(EsxAgentSession session, string path)
    {
        string[] roots = Array.ConvertAll(Root, VsiPathText.Normalize);
        using var progress = new ProgressPump(this, $"Recording {session.HostName}", 0, nodes => $"{nodes} nodes of the vsish tree");

        // A neighbour until it is whole: whoever sees the file sees all of it.
        string neighbour = $"{path}.{System.IO.Path.GetRandomFileName()}";
        Task<SnapshotReport>? writing = null;
        try
        {
            var file = new FileStream(neighbour, FileMode.CreateNew, FileAccess.Write);
            writing = WriteAsync(session, file, roots, progress);
            SnapshotReport report = WaitFor(writing, progress);
            File.Move(neighbour, path, Force);
            foreach (string warning in report.Warnings)
            {
                WriteWarning(warning);
            }

            WriteVerbose(FormattableString.Invariant($"{report.Nodes} nodes of the vsish tree were recorded; {report.Unreadable} of them could not be read."));
            WriteObject(new FileInfo(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            WriteError(ErrorRecords.SnapshotNotWritten(path, error));
        }
        finally
        {
            Discard(neighbour, writing);
        }
    }

    private async Task<SnapshotReport> WriteAsync(EsxAgentSession session, FileStream file, string[] roots, ProgressPump progress)
    {
        await using (file.ConfigureAwait(false))
        {
            return await HostSnapshot.WriteAsync(session.Live, file, roots, progress, StopToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes what is left where it failed or was stopped. A stop is not held up by it: the writing may take a moment to notice.</summary>
    private static void Discard(string neighbour, Task? writing) =>
        _ = (writing ?? Task.CompletedTask).ContinueWith(
            _ => File.Delete(neighbour),
            System.Threading.CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
