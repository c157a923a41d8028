using System.Collections.Generic;

namespace EsxAgent.Client.Snapshots;

/// <summary>What a snapshot holds.</summary>
/// <param name="Nodes">Nodes of the vsish tree.</param>
/// <param name="Unreadable">Those among them that could not be read; the simulated host says of each what the host said.</param>
/// <param name="Warnings">What the snapshot lacks, a sentence each.</param>
public sealed record SnapshotReport(int Nodes, int Unreadable, IReadOnlyList<string> Warnings);
