namespace EsxAgent.Simulator.Profiles;

/// <summary>What a section of a profile describes, and so when its nodes exist and which variables it may use.</summary>
internal enum ProfileScope
{
    /// <summary>The host: always there. Variables: those that the profile sets.</summary>
    Host,

    /// <summary>A running virtual machine. Also <c>name</c>, <c>vmid</c>, <c>cartel</c>, <c>leader</c>, <c>biosUuid</c>, <c>instanceUuid</c>, <c>vmx</c>.</summary>
    Vm,

    /// <summary>A VMFS datastore. Also <c>label</c>, <c>volume</c> (its uuid), <c>blockBytes</c>, <c>major</c> (the file system's version).</summary>
    Datastore,
}
