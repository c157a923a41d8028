using Xunit;

namespace EsxAgent.Tests.Hostile;

/// <summary>Tests that measure times, while no other test runs.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
