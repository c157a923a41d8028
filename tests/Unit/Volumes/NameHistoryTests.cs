using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>The judge of the stress test: it must see what is wrong, and let pass what may be.</summary>
public sealed class NameHistoryTests
{
    private readonly NameHistory _history = new("n");

    [Fact]
    public void Changes_that_overlap_may_have_come_in_either_order()
    {
        NameHistory.Question create = _history.Ask("create", 1);
        NameHistory.Question remove = _history.Ask("remove", 2);
        remove.Answer("removed", 3, state => state.IsThere ? [NameState.Absent] : []);
        create.Answer("a", 4, state => state.IsThere ? [] : [new NameState("a", 1)]);
        _history.Ask("get", 5).Answer("none", 6, state => state.IsThere ? [] : [state]);
        Assert.Null(_history.Contradiction());
    }

    [Fact]
    public void A_change_that_was_acknowledged_and_is_lost_is_seen()
    {
        _history.Ask("create", 1).Answer("a", 2, state => state.IsThere ? [] : [new NameState("a", 1)]);
        _history.Ask("get", 3).Answer("none", 4, state => state.IsThere ? [] : [state]);
        Assert.Contains("get -> none", _history.Contradiction(), System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_was_done_twice_is_seen()
    {
        NameHistory.Question create = _history.Ask("create", 1);
        _history.Ask("remove", 2).Answer("removed", 3, state => state.IsThere ? [NameState.Absent] : []);
        _history.Ask("remove", 4).Answer("removed", 5, state => state.IsThere ? [NameState.Absent] : []);
        create.Answer("a", 6, state => state.IsThere ? [] : [new NameState("a", 1)]);
        Assert.NotNull(_history.Contradiction());
    }

    [Fact]
    public void A_change_without_an_answer_may_have_been_done_or_not()
    {
        _history.Ask("create", 1).NoAnswer("lost", state => state.IsThere ? [] : [new NameState(NameState.Unknown, 1)]);
        _history.Ask("get", 2).Answer("none", 3, state => state.IsThere ? [] : [state]);
        _history.Ask("get", 4).Answer("a", 5, state => state.MayBe("a") ? [state] : []);
        Assert.Null(_history.Contradiction());
        _history.Ask("get", 6).Answer("none", 7, state => state.IsThere ? [] : [state]);
        Assert.NotNull(_history.Contradiction());
    }
}
