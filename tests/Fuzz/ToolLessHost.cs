using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using EsxAgent.HostAgent;
using EsxAgent.HostAgent.Commands;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.EsxCli;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.HostAgent.Volumes;
using EsxAgent.HostAgent.Volumes.Changes;
using EsxAgent.HostAgent.Volumes.Store;

namespace EsxAgent.Tests.Fuzz;

/// <summary>
/// The methods of the agent that read parameters, over a host with a volume, a disk that is none, and not one tool: what a request asks for is read and
/// checked as ever, and ends where a tool or a change would begin.
/// </summary>
internal sealed class ToolLessHost
{
    private const string Policy =
        """{"version":1,"groups":[{"name":"default","methods":["*"],"vsi":["/"],"datastores":[{"name":"*"}],"vmdkPaths":["/vmfs/volumes/ds1/vm"]}]}""";

    private const string Uuid = "5a1e51e1-5e77f035-0001-000000000001";

    private static readonly Lazy<ToolLessHost> s_only = new(() => new ToolLessHost());

    private ToolLessHost()
    {
        string root = Path.Combine(AppContext.BaseDirectory, "host-without-tools");
        Write(root);
        ServeOptions options = ServeOptions.Parse(["--listen", "unix:/nowhere", "--host-root", root, "--policy", Path.Combine(root, "policy.json")]);
        AgentLog log = AgentLog.Open(Path.Combine(root, "log"), out _) ?? throw new IOException($"'{root}/log' cannot be opened");
        var agent = new EsxAgent.HostAgent.Agent(options, log, new AuditLog(null, log));
        Methods = Build(options, log);
        Session = agent.MakeSession("0", new Connection(-1, new TransportPeer(false, 1, null, null), agent.Counters, new MemoryShares()));
        Session.Initialize(new Caller
        {
            IsFromHypervisor = false,
            CartelId = 1,
            WorldGroupLeader = 2,
            Name = "vm",
            BiosUuid = "56 4d",
            InstanceUuid = null,
            ConfigPath = "/vmfs/volumes/ds1/vm/vm.vmx",
        });
    }

    /// <summary>The one of this process.</summary>
    public static ToolLessHost Only => s_only.Value;

    /// <summary>A session of its only VM.</summary>
    public Session Session { get; }

    /// <summary>The methods.</summary>
    public IReadOnlyList<Method> Methods { get; }

    private static List<Method> Build(ServeOptions options, AgentLog log)
    {
        var runner = new ToolRunner();
        var vsish = new VsishTool(runner, options.Paths);
        var esxcli = new EsxcliTool(runner, options.Paths);
        var vmkfstools = new VmkfstoolsTool(runner, options.Paths);
        var authorizer = new Authorizer(new PolicyStore(options.Policy, log));
        var resolver = new CallerResolver(vsish, isSimulated: true);
        var facts = new HostFacts(new HostFactSources(vsish, esxcli, new VmwareTool(runner, options.Paths)).All());
        var datastores = new DatastoreDirectories(options.Paths);
        var parameters = new VolumeParameters(datastores, authorizer);
        var workers = new Workers(4);
        var watchdog = new Watchdog();
        var reader = new VsiReader(vsish, new SharedShell(vsish, options.Paths.Tool(ToolNames.Vsish), watchdog, log));
        return
        [
            new InitializeOperation(resolver, facts, authorizer, new CapabilityList(options.Paths, authorizer), log).Method,
            new HostInfoOperation(facts).Method,
            new DatastoresOperation(esxcli, vmkfstools, options.Paths.HasTool).Method,
            new VmListOperation(reader, resolver, authorizer, new MethodTable(), workers, watchdog).Method,
            new VsiListOperation(reader, authorizer, workers, watchdog).Method,
            new VsiGetOperation(reader, authorizer).Method,
            new VsiWalkOperation(reader, authorizer, workers, watchdog).Method,
            new VsiWatchOperation(reader, authorizer, workers, watchdog).Method,
            .. new VolumeReadOperations(parameters).Methods(),
            .. new SidecarReadOperations(parameters, new VolumeTools(datastores, vmkfstools, new DiskToolTool(runner, options.Paths))).Methods(),
            .. new VolumeChangeOperations(parameters, (request, what, change, _, answer) => DoNot(workers, request, what, change, answer), resolver).Methods(),
        ];
    }

    /// <summary>Takes a change as the agent does, remembers what would be written of it, and ends it.</summary>
    private static void DoNot(Workers workers, RequestContext request, ChangeRequest what, VolumeChange change, Answer answer)
    {
        var run = new ChangeRun(workers, request.Session.Vm);
        try
        {
            FuzzTarget.Holds(run.TryJoin(request, answer, isWanted: !what.IsCancel), "a change has ended before it began");
        }
        catch (OperationException e)
        {
            throw new BrokenPromiseException($"a change has its place already and is refused: {e.Message}");
        }

        byte[] intent = what.ToIntent("host.1.0", change).ToJson();
        FuzzTarget.Holds(intent.Length <= Intent.MaxBytes, "an intent is larger than a reader takes");
        FuzzTarget.Holds(Intent.TryRead(intent)?.Fingerprint == what.Fingerprint, "an intent that was written cannot be read");
        run.Finish(null, new OperationException(Session.CancelledByGuest));
    }

    private static void Write(string root)
    {
        string datastore = Path.Combine(root, "vmfs", "volumes", Uuid);
        WriteDisk(Path.Combine(datastore, "esxagent", "default", "v"), "v");
        WriteDisk(Path.Combine(datastore, "vm"), "x");
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.WriteAllText(Path.Combine(root, "policy.json"), Policy);
        string label = Path.Combine(root, "vmfs", "volumes", "ds1");
        if (new DirectoryInfo(label).LinkTarget is null)
        {
            File.CreateSymbolicLink(label, Uuid);
        }
    }

    private static void WriteDisk(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, $"{name}.vmdk"),
            $"# Disk DescriptorFile\ncreateType=\"vmfs\"\nRW 2048 VMFS \"{name}-flat.vmdk\"\nddb.sidecars = \"key,{name}-1.vmfd;\"\nddb.thinProvisioned = \"1\"\n");
        File.WriteAllBytes(Path.Combine(folder, $"{name}-flat.vmdk"), new byte[1 << 20]);
        File.WriteAllBytes(Path.Combine(folder, $"{name}-1.vmfd"), [.. Enumerable.Repeat((byte)'x', 4096)]);
    }
}
