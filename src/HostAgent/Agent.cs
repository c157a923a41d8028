using System;
using EsxAgent.HostAgent.Commands;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.EsxCli;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.HostAgent.Volumes;
using EsxAgent.HostAgent.Volumes.Changes;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent;

/// <summary>Puts the agent together: tools, policy, operations, dispatcher. The one place that knows all of them.</summary>
internal sealed class Agent : IDisposable
{
    private readonly Watchdog _watchdog = new();
    private readonly Admission _admission = new();
    private readonly Authorizer _authorizer;
    private readonly Owners _owners;
    private readonly Recovery _recovery;
    private readonly DatastoreDirectories _datastores;
    private readonly AgentLog _log;

    /// <summary>Builds an agent.</summary>
    /// <param name="options">What it was started with.</param>
    /// <param name="log">Its log.</param>
    /// <param name="audit">Where it tells what it changes and refuses.</param>
    public Agent(ServeOptions options, AgentLog log, AuditLog audit)
    {
        var places = new SharedPlaces(SessionLimitsInForce.Tools, SessionLimitsInForce.ToolsOfVm);
        var runner = new ToolRunner(places, isOfAgent: false);
        var vsish = new VsishTool(runner, options.Paths);
        var esxcli = new EsxcliTool(runner, options.Paths);

        // What every VM needs, and who is calling, are the agent's own questions: a VM that has as many tools as it may must not hold them up.
        var ownRunner = new ToolRunner(places, isOfAgent: true);
        var ownVsish = new VsishTool(ownRunner, options.Paths);
        var facts = new HostFacts(new HostFactSources(ownVsish, new EsxcliTool(ownRunner, options.Paths), new VmwareTool(ownRunner, options.Paths)).All());
        _authorizer = new Authorizer(new PolicyStore(options.Policy, log));
        var capabilities = new CapabilityList(options.Paths, _authorizer);
        var resolver = new CallerResolver(ownVsish, isSimulated: options.Paths.Root is not null);

        MethodTable methods = Methods;
        methods.Add(new InitializeOperation(resolver, facts, _authorizer, capabilities, log).Method);
        methods.Add(PingOperation.Method);
        methods.Add(new HostInfoOperation(facts).Method);
        methods.Add(new DatastoresOperation(esxcli, new VmkfstoolsTool(runner, options.Paths), options.Paths.HasTool).Method);
        methods.Add(new VmSelfOperation(_authorizer, methods).Method);
        var workers = new Workers(SessionLimitsInForce.Workers);
        var datastores = new DatastoreDirectories(options.Paths);
        var volumeTools = new VolumeTools(datastores, new VmkfstoolsTool(runner, options.Paths), new DiskToolTool(runner, options.Paths));
        string? hostUuid = null;
        _owners = new Owners(() => hostUuid ??= facts.Read(Environment.TickCount64 + SessionLimitsInForce.RequestMs, new CancelSignal()).Uuid);
        _recovery = new Recovery(datastores, _owners, audit, log);
        Changes = new ChangeRuns(volumeTools, _owners, _recovery, workers, audit, log);
        _datastores = datastores;
        _log = log;
        var parameters = new VolumeParameters(datastores, _authorizer);
        methods.AddAll(new VolumeReadOperations(parameters).Methods());
        methods.AddAll(new VolumeChangeOperations(parameters, Changes.Begin, resolver).Methods());
        methods.AddAll(new SidecarReadOperations(parameters, volumeTools).Methods());

        var reader = new VsiReader(vsish, new SharedShell(vsish, options.Paths.Tool(ToolNames.Vsish), _watchdog, log));
        methods.Add(new VmListOperation(reader, resolver, _authorizer, methods, workers, _watchdog).Method);
        methods.Add(new VsiListOperation(reader, _authorizer, workers, _watchdog).Method);
        methods.Add(new VsiGetOperation(reader, _authorizer).Method);
        methods.Add(new VsiWalkOperation(reader, _authorizer, workers, _watchdog).Method);
        methods.Add(new VsiWatchOperation(reader, _authorizer, workers, _watchdog).Method);
        Counters = new Counters(methods.All);
        var status = new AgentStatusOperation(_authorizer, capabilities, Counters, () => runner.Started + ownRunner.Started, options.Endpoints);
        methods.Add(status.Status);
        methods.Add(status.Metrics);
        new IdleMemory(_watchdog, Counters).Watch();
        Dispatcher = new Dispatcher(methods, _authorizer, _admission, workers, _watchdog, Counters, log, audit);
    }

    /// <summary>What it serves.</summary>
    public MethodTable Methods { get; } = new();

    /// <summary>Who may call it.</summary>
    public Authorizer Authorizer => _authorizer;

    /// <summary>What is counted.</summary>
    public Counters Counters { get; }

    /// <summary>Where requests go.</summary>
    public Dispatcher Dispatcher { get; }

    /// <summary>The changes that run.</summary>
    public ChangeRuns Changes { get; }

    /// <summary>The policy in force.</summary>
    public PolicyStatus Policy => _authorizer.Policy.Status;

    /// <summary>Who may have how many connections.</summary>
    public Admission Admission => _admission;

    /// <summary>Makes the session of an accepted connection.</summary>
    public Session MakeSession(string id, Connection connection) => new(id, connection, Dispatcher, _watchdog, _admission);

    /// <summary>Begins to end what agents before this one have left unfinished. Nobody has to wait for it: each change looks after its own group first.</summary>
    public void StartRecovery() => AgentThread.TryStart(() => RecoverySweep.Run(_datastores, _recovery, _log));

    /// <summary>Takes the agent's heartbeats away.</summary>
    public void Dispose() => _owners.Dispose();
}
