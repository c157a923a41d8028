using System.Collections.Generic;

namespace EsxAgent.Simulator.Profiles;

/// <summary>A section of a profile as it is written, with its <c>$(…)</c> not yet replaced.</summary>
/// <param name="Scope">When its nodes exist.</param>
/// <param name="Kind">What its body is.</param>
/// <param name="Path">The path with variables.</param>
/// <param name="Loops">The loops after <c>for</c>, outermost first.</param>
/// <param name="Body">The lines, each ended by a line break.</param>
internal sealed record ProfileSection(ProfileScope Scope, VsiNodeKind Kind, string Path, IReadOnlyList<ProfileLoop> Loops, string Body);
