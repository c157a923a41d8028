using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

/// <summary>What all VMs share: how much one of them may have, and what is left for the others.</summary>
public sealed class SharedPlacesTests
{
    private readonly SharedPlaces _places = new(32, 8);

    [Fact]
    public void One_VM_gets_its_part_and_no_more()
    {
        Assert.Equal(8, Fill(1, 100));
        Assert.Equal(8, Fill(2, 100));
        _places.Leave(1, 1);
        Assert.Equal(1, Fill(1, 100));
    }

    [Fact]
    public void Many_greedy_VMs_leave_something_for_one_that_has_nothing_and_for_the_agent()
    {
        Assert.Equal(24, Fill(1, 100) + Fill(2, 100) + Fill(3, 100));
        for (int vm = 4; vm < 8; vm++)
        {
            Assert.Equal(1, Fill(vm, 100));
        }

        Assert.Equal(0, Fill(8, 100));
        Assert.Equal(4, Fill(CancelSignal.OfAgent, 100));
    }

    [Fact]
    public void Who_waits_goes_on_as_soon_as_there_is_a_place()
    {
        Fill(1, 8);
        bool isIn = false;
        var waiter = new Thread(() => isIn = _places.TryEnter(1, 1, 10_000, null));
        waiter.Start();
        _places.Leave(1, 1);
        Assert.True(waiter.Join(TimeSpan.FromSeconds(5)));
        Assert.True(isIn);
    }

    [Fact]
    public void Who_waits_and_is_not_wanted_any_more_goes()
    {
        Fill(1, 8);
        var cancel = new CancelSignal(1);
        cancel.Request(new WireError(ErrorKind.RequestCancelled, "enough"));
        Assert.Equal(ErrorKind.RequestCancelled, Assert.Throws<OperationException>(() => _places.TryEnter(1, 1, 10_000, cancel)).Error.Kind);
    }

    [Fact]
    public void Whatever_threads_do_nothing_is_lost_and_no_limit_is_passed()
    {
        int[] taken = new int[5];
        int most = 0;
        int mostOfVm = 0;
        var threads = new List<Thread>();
        for (int i = 0; i < 24; i++)
        {
            int vm = 1 + (i % 4);
            var random = new Random(i);
            var thread = new Thread(() =>
            {
                for (int round = 0; round < 200; round++)
                {
                    int amount = random.Next(1, 4);
                    if (_places.TryEnter(vm, amount, 20, null))
                    {
                        Max(ref mostOfVm, Interlocked.Add(ref taken[vm], amount));
                        Max(ref most, Interlocked.Add(ref taken[0], amount));
                        Thread.Yield();
                        Interlocked.Add(ref taken[0], -amount);
                        Interlocked.Add(ref taken[vm], -amount);
                        _places.Leave(vm, amount);
                    }
                }
            });
            thread.Start();
            threads.Add(thread);
        }

        threads.ForEach(thread => thread.Join());
        Assert.InRange(mostOfVm, 4, 8);
        Assert.InRange(most, mostOfVm, 28);
        Assert.Equal(24, Fill(1, 8) + Fill(2, 8) + Fill(3, 8));
    }

    private int Fill(long vm, int wanted)
    {
        int got = 0;
        while (got < wanted && _places.TryEnter(vm, 1, 0, null))
        {
            got++;
        }

        return got;
    }

    private static void Max(ref int most, int value)
    {
        int before;
        while ((before = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, before) != before)
        {
        }
    }
}
