namespace EsxAgent.Simulator.Profiles;

/// <summary>A file of the vsish tree, ready to be written.</summary>
/// <param name="Path">The path from the root of the tree, such as <c>/memory/comprehensive</c>; for an order file the directory.</param>
/// <param name="Kind">What the text is.</param>
/// <param name="Text">The text as it goes into the file, with its last line break.</param>
internal sealed record VsiNode(string Path, VsiNodeKind Kind, string Text);
