using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Completion;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Reads nodes of the host's vsish tree.</summary>
[Cmdlet(VerbsCommon.Get, "EsxVsiNode", DefaultParameterSetName = PathSet)]
[OutputType(typeof(EsxVsiNode))]
public sealed class GetEsxVsiNodeCommand : VsiNodeCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>Paths of nodes.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VsiPathCompleter))]
    public string[]? Path { get; set; }

    /// <summary>Paths of nodes, taken as they are.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VsiPathCompleter))]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The nodes below, too.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How far below; 0 is the node alone. It means <see cref="Recurse"/>.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Depth { get; set; } = int.MaxValue;

    private bool IsLiteral => ParameterSetName == LiteralPathSet;

    private bool IsDeep => Recurse || MyInvocation.BoundParameters.ContainsKey(nameof(Depth));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var paths = new VsiPaths();
        paths.Add(this, IsLiteral ? LiteralPath : Path ?? [IsDeep ? VsiPathText.Root : "/*"], isSessionGiven: Session is not null);
        AskFor(paths);
    }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        var question = new VsiQuestion(session.Live, Stop, WaitSign, WriteError) { IsLiteral = IsLiteral };
        foreach (string path in Asked)
        {
            try
            {
                foreach (VsiTreeNode node in IsDeep ? question.Trees(path, Depth) : question.Nodes(path))
                {
                    WriteObject(new EsxVsiNode(node, session.HostName));
                }
            }
            catch (AgentException error)
            {
                // Of several paths each stands for itself.
                WriteError(ErrorRecords.OfAgent(error, path));
            }
        }
    }
}
