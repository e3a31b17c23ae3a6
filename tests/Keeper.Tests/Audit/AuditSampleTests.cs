using Keeper.Core.Audit;
using Keeper.Core.Mirror;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;

namespace Keeper.Tests.Audit;

public sealed class AuditSampleTests
{
    private readonly ScriptedProtocol _lend = Protocol("lend", 10), _swap = Protocol("swap", 3);

    [Fact]
    public void The_urgent_have_half_of_it_in_their_order_and_the_rest_goes_in_turn()
    {
        var sample = new AuditSample(6);
        (IProtocol, int)[] urgent = [(_lend, 9), (_swap, 1), (_lend, 4), (_lend, 2)];
        Assert.Equal([(_lend, 9), (_swap, 1), (_lend, 4), (_lend, 0), (_lend, 1), (_lend, 2)], Next(sample, urgent));
        Assert.Equal([(_lend, 9), (_swap, 1), (_lend, 4), (_lend, 3), (_lend, 5), (_lend, 6)], Next(sample, urgent));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(32)]
    public void Every_account_of_every_protocol_is_looked_at_in_time_whoever_is_urgent(int size)
    {
        var (sample, seen) = (new AuditSample(size), new HashSet<(IProtocol, int)>());
        // Alone the urgent would fill a sample of one for ever.
        var urgent = size == 1 ? [] : ((IProtocol, int)[])[(_lend, 0), (_lend, 1), (_lend, 2), (_lend, 3), (_lend, 4), (_lend, 5), (_lend, 6)];
        for (var block = 0; block < 13; block++)
        {
            var next = Next(sample, urgent);
            Assert.True(next.Count <= size);
            Assert.Equal(next.Count, next.Distinct().Count());
            seen.UnionWith(next);
        }
        Assert.Equal(13, seen.Count);
    }

    [Fact]
    public void Who_is_left_out_takes_nobodys_place()
    {
        var sample = new AuditSample(4);
        Assert.Equal([(_lend, 3), (_lend, 4), (_lend, 1), (_lend, 2)], Next(sample, [(_lend, 0), (_lend, 3), (_lend, 4)], account => account == 0));
    }

    [Fact]
    public void Protocols_that_are_not_believed_any_more_are_passed_over_and_none_at_all_gives_nothing()
    {
        var sample = new AuditSample(4);
        Next(sample, []);
        Assert.Equal([(_swap, 0), (_swap, 1), (_swap, 2)], sample.Next([_swap], [], (_, _) => false));
        Assert.Empty(sample.Next([], [], (_, _) => false));
        Assert.Empty(sample.Next([Protocol("empty", 0)], [], (_, _) => false));
    }

    private IReadOnlyList<(IProtocol Protocol, int Account)> Next(AuditSample sample, IEnumerable<(IProtocol, int)> urgent, Func<int, bool>? isLeftOut = null) =>
        sample.Next([_lend, _swap], urgent, (protocol, account) => protocol == _lend && isLeftOut?.Invoke(account) == true);

    private static ScriptedProtocol Protocol(string name, int accounts) => new ScriptedProtocol(new UndoLog(), name).WithAccounts([.. Enumerable.Range(0, accounts).Select(i => $"{i}")]);
}
