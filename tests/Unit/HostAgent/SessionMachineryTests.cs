using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent;
using EsxAgent.HostAgent.Commands;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class SessionMachineryTests
{
    private static readonly WireError Reason = new(ErrorKind.RequestCancelled, "enough");

    [Fact]
    public void Deadlines_fire_in_their_order_and_not_when_they_were_called_off()
    {
        var watchdog = new Watchdog();
        var fired = new List<string>();
        using var done = new ManualResetEventSlim();

        watchdog.After(120, done.Set);
        watchdog.After(60, () => Add(fired, "second"));
        Watchdog.Entry off = watchdog.After(40, () => Add(fired, "called off"));
        watchdog.After(20, () => Add(fired, "first"));
        off.Cancel();

        Assert.True(done.Wait(TimeSpan.FromSeconds(5)));
        Assert.Equal(["first", "second"], fired);
    }

    [Fact]
    public void Deadlines_of_which_every_second_was_called_off_fire_in_their_order()
    {
        var watchdog = new Watchdog();
        var fired = new List<long>();
        var expected = new List<long>();
        var random = new Random(7);
        using var gate = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        watchdog.After(0, gate.Wait);
        Assert.True(SpinWait.SpinUntil(() => watchdog.Count == 0, TimeSpan.FromSeconds(5)));
        for (int i = 0; i < 500; i++)
        {
            Watchdog.Entry? entry = null;
            entry = watchdog.After(random.Next(50), () => fired.Add(entry!.Due));
            if (i % 2 == 0)
            {
                entry.Cancel();
            }
            else
            {
                expected.Add(entry.Due);
            }
        }

        watchdog.After(100, done.Set);
        expected.Sort();
        gate.Set();

        Assert.True(done.Wait(TimeSpan.FromSeconds(5)));
        Assert.Equal(expected, fired);
    }

    [Fact]
    public void A_deadline_weeks_ahead_is_forgotten_when_it_is_called_off()
    {
        var watchdog = new Watchdog();
        for (int i = 0; i < 1_000; i++)
        {
            watchdog.After(int.MaxValue - i, () => { }).Cancel();
        }

        Assert.Equal(0, watchdog.Count);
    }

    [Fact]
    public void Workers_run_as_many_pieces_at_once_as_they_may_and_the_rest_later()
    {
        var workers = new Workers(3);
        using var gate = new ManualResetEventSlim();
        using var allDone = new CountdownEvent(10);
        int running = 0;
        int most = 0;
        for (int i = 0; i < 10; i++)
        {
            Assert.True(workers.TryRun(WorkLane.OfRequests(1), () =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                gate.Wait();
                Interlocked.Decrement(ref running);
                allDone.Signal();
            }));
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref running) == 3, TimeSpan.FromSeconds(5)));
        gate.Set();
        Assert.True(allDone.Wait(TimeSpan.FromSeconds(5)));
        Assert.Equal(3, most);
    }

    [Fact]
    public void A_VM_whose_work_hangs_holds_up_no_other()
    {
        var workers = new Workers(SessionLimitsInForce.Workers);
        using var gate = new ManualResetEventSlim();
        int hanging = 0;
        for (int vm = 1; vm <= 10; vm++)
        {
            for (int i = 0; i < 50; i++)
            {
                workers.TryRun(WorkLane.OfRequests(vm), () =>
                {
                    Interlocked.Increment(ref hanging);
                    gate.Wait();
                });
            }
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref hanging) >= 3 * SessionLimitsInForce.WorkersOfVm, TimeSpan.FromSeconds(5)));
        using var done = new CountdownEvent(20);
        for (int i = 0; i < 20; i++)
        {
            workers.TryRun(WorkLane.OfRequests(99), () => done.Signal());
        }

        Assert.True(done.Wait(TimeSpan.FromSeconds(5)), "a VM that has nothing running must get a thread");
        Assert.InRange(hanging, 3 * SessionLimitsInForce.WorkersOfVm, SessionLimitsInForce.Workers - 1);
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref hanging) == 500, TimeSpan.FromSeconds(10)), $"{hanging} of 500 pieces ran in the end");
    }

    [Fact]
    public void One_VM_gets_no_more_threads_than_its_part_and_its_handshakes_fewer()
    {
        var workers = new Workers(SessionLimitsInForce.Workers);
        using var gate = new ManualResetEventSlim();
        int requests = 0;
        int handshakes = 0;
        for (int i = 0; i < 50; i++)
        {
            workers.TryRun(WorkLane.OfRequests(1), () => Hang(ref requests));
            workers.TryRun(WorkLane.OfHandshakes(1), () => Hang(ref handshakes));
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref requests) == SessionLimitsInForce.WorkersOfVm, TimeSpan.FromSeconds(5)));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref handshakes) == SessionLimitsInForce.HandshakesOfVm, TimeSpan.FromSeconds(5)));
        Thread.Sleep(50);
        Assert.Equal(SessionLimitsInForce.WorkersOfVm, requests);
        Assert.Equal(SessionLimitsInForce.HandshakesOfVm, handshakes);
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref requests) == 50 && Volatile.Read(ref handshakes) == 50, TimeSpan.FromSeconds(5)));

        void Hang(ref int count)
        {
            Interlocked.Increment(ref count);
            gate.Wait();
        }
    }

    [Fact]
    public void A_cancellation_wakes_the_waiter_once_and_keeps_its_first_reason()
    {
        var signal = new CancelSignal();
        int woken = 0;
        signal.SetWake(() => woken++);
        signal.Request(Reason);
        signal.Request(new WireError(ErrorKind.DeadlineExceeded, "later"));

        Assert.Equal(1, woken);
        Assert.Same(Reason, Assert.Throws<OperationException>(signal.ThrowIfRequested).Error);
    }

    [Fact]
    public void A_cancellation_that_came_before_the_waiter_wakes_it_at_once()
    {
        var signal = new CancelSignal();
        signal.Request(Reason);
        bool isWoken = false;
        signal.SetWake(() => isWoken = true);

        Assert.True(isWoken);
    }

    [Fact]
    public void A_waiter_that_has_gone_is_not_woken()
    {
        var signal = new CancelSignal();
        bool isWoken = false;
        signal.SetWake(() => isWoken = true);
        signal.ClearWake();
        signal.Request(Reason);

        Assert.False(isWoken);
    }

    [Fact]
    public void A_VM_gets_its_connections_and_another_VM_its_own()
    {
        var admission = new Admission();
        for (int i = 0; i < SessionLimitsInForce.ConnectionsOfVm; i++)
        {
            admission.EnterConnection(1);
        }

        Assert.Equal(ErrorKind.TooBusy, Assert.Throws<OperationException>(() => admission.EnterConnection(1)).Error.Kind);
        admission.EnterConnection(2);
        admission.LeaveConnection(1);
        admission.EnterConnection(1);
    }

    [Fact]
    public void What_a_VM_has_spent_stays_spent_when_it_comes_again()
    {
        var admission = new Admission();
        long now = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int i = 0; i < 50; i++)
        {
            admission.CountChange(1, 50, now);
        }

        admission.EnterConnection(1);
        admission.LeaveConnection(1);
        for (long other = 100; other < 1_000; other++)
        {
            Assert.Equal(0, admission.CountMessage(other, 200, now));
        }

        WireError refused = Assert.Throws<OperationException>(() => admission.CountChange(1, 50, now)).Error;
        Assert.Equal(ErrorKind.TooBusy, refused.Kind);
        Assert.Equal(1_200, refused.RetryAfterMs);
        admission.CountChange(1, 50, now + (long)(1.2 * System.Diagnostics.Stopwatch.Frequency));
    }

    [Fact]
    public void A_VM_may_have_so_many_connections_that_say_nothing_and_others_theirs()
    {
        var admission = new Admission();
        for (int i = 0; i < SessionLimitsInForce.ConnectionsOfVm; i++)
        {
            Assert.True(admission.TryEnterSilent(1));
        }

        Assert.False(admission.TryEnterSilent(1));
        Assert.True(admission.TryEnterSilent(2));
        admission.LeaveSilent(1);
        Assert.True(admission.TryEnterSilent(1));
    }

    [Fact]
    public void A_VM_gets_at_least_the_running_requests_that_were_announced_and_not_many_more()
    {
        var admission = new Admission();
        int entered = 0;
        WireError? refused = null;
        while (refused is null && entered < 1000)
        {
            try
            {
                admission.EnterRequest(1);
                entered++;
            }
            catch (OperationException e)
            {
                refused = e.Error;
            }
        }

        Assert.Equal(ErrorKind.TooBusy, refused!.Kind);
        Assert.InRange(entered, SessionLimitsInForce.RunningOfVm, SessionLimitsInForce.RunningOfVm * 2);
    }

    [Theory]
    [InlineData("unknown option '--nope'", "--nope")]
    [InlineData("unknown option 'word'", "word")]
    [InlineData("unknown option '--flag=1'", "--flag=1")]
    [InlineData("'--value' needs a value", "--value")]
    [InlineData("'--value' needs a value", "--value=")]
    [InlineData("'--value' was given twice", "--value", "1", "--value", "2")]
    public void A_command_line_that_cannot_be_used_is_told_why(string problem, params string[] arguments)
    {
        string message = Assert.Throws<UsageException>(() => CommandLine.Parse(arguments, ["--value"], ["--flag"]).One("--value")).Message;

        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_line_may_give_values_both_ways()
    {
        CommandLine line = CommandLine.Parse(["--value", "a=b", "--flag", "--value=c"], ["--value"], ["--flag"]);

        Assert.Equal(["a=b", "c"], line.All("--value"));
        Assert.True(line.Has("--flag"));
    }

    private static void Add(List<string> list, string item)
    {
        lock (list)
        {
            list.Add(item);
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
