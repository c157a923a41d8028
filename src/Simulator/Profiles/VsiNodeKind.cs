namespace EsxAgent.Simulator.Profiles;

/// <summary>What the text of a <see cref="VsiNode"/> is.</summary>
internal enum VsiNodeKind
{
    /// <summary>What <c>get</c> prints.</summary>
    Leaf,

    /// <summary>What <c>get</c> prints to standard error when it fails.</summary>
    Error,

    /// <summary>The names of a directory in the order in which <c>ls</c> gives them.</summary>
    Order,

    /// <summary>How much numbers of a leaf grow a second.</summary>
    Rates,
}
