using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Running;
using Keeper.Protocols.RefPerps;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.RefPerps;

/// <summary>A mirror that began with a list of accounts against one that read all of history, on a random exchange, block by block and through reorgs.</summary>
public sealed class KnownStartTests(ITestOutputHelper output)
{
    private const int Seed = 5;

    [Fact]
    public async Task What_began_with_a_list_is_for_its_accounts_what_history_gives_field_by_field()
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = NodeChainClient.Create(
            ChainLibraries.Preferred,
            new ChainClientOptions { Profile = AnvilNode.Profile, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url, RequestTimeout = TimeSpan.FromMinutes(1) }] },
            PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        var random = new Random(Seed);
        var exchange = await Exchange.DeployAsync(chain, RandomExchange.FirstGlobals);
        var world = new RandomExchange(chain, exchange, random);
        await world.SetUpAsync(40);
        for (var block = 0; block < 4; block++) await NextAsync();
        var history = new EventMirror(client, exchange);
        await history.BackfillAsync(chain.Number);

        // Some of those that are there; one that never was.
        var listed = Enumerable.Range(0, 12).Select(history.Protocol.KeyOf).ToArray();
        var start = new KnownStart(chain.Number + 1, [.. listed, "999999"]);
        for (var block = 0; block < 3; block++) await NextAsync();
        await history.FollowAsync(chain.Number);
        var some = new EventMirror(client, exchange, start);
        await some.BackfillAsync(chain.Number);
        var all = new EventMirror(client, exchange, start with { Accounts = [.. Enumerable.Range(0, history.Protocol.AccountCount).Select(history.Protocol.KeyOf)] });
        await all.BackfillAsync(chain.Number);

        var atFirst = some.Protocol.AccountCount;
        Assert.Equal(history.Protocol.AccountCount, all.Protocol.AccountCount);
        await CompareAsync();
        for (var block = 1; block <= 20; block++)
        {
            await NextAsync();
            foreach (var mirror in (EventMirror[])[history, some, all])
            {
                await mirror.FollowAsync(chain.Number);
                if (block % 5 == 0) await mirror.RewindAsync(3);
            }
            await CompareAsync();
        }
        output.WriteLine($"{listed.Length} of {history.Protocol.AccountCount} accounts were listed, {atFirst} known at first, {some.Protocol.AccountCount} in the end");
        var known = Enumerable.Range(0, some.Protocol.AccountCount).Select(some.Protocol.KeyOf).ToHashSet();
        Assert.Superset(listed.ToHashSet(), known);
        Assert.DoesNotContain("999999", known);
        // Logs have named others since; whom none has named is unknown, and the sums say so.
        Assert.InRange(some.Protocol.AccountCount, listed.Length + 1, history.Protocol.AccountCount - 1);
        Assert.Contains(await LacksAsync(some.Protocol), lack => lack.StartsWith("number of accounts", StringComparison.Ordinal));
        Assert.Empty(await LacksAsync(all.Protocol));

        // What a snapshot keeps of it is all of it.
        var undo = new UndoLog();
        var restored = new RefPerpsProtocol(some.Protocol.Settings with { Start = start with { Accounts = listed } }, undo);
        var saved = Bytes(some.Protocol);
        var reader = new SnapshotReader(saved);
        restored.Load(ref reader);
        reader.RequireEnd();
        Assert.Equal(saved, Bytes(restored));

        async Task NextAsync()
        {
            await world.SendBlockAsync([]);
            await chain.MineAsync(world.NextDelay());
        }

        async Task CompareAsync()
        {
            Same(history.Protocol, some.Protocol, chain.Time);
            Same(history.Protocol, all.Protocol, chain.Time);
            foreach (var protocol in (RefPerpsProtocol[])[history.Protocol, some.Protocol, all.Protocol])
                foreach (var (check, answer) in await TotalsAsync(protocol)) Assert.Null(check.Difference(answer));
        }

        async Task<string[]> LacksAsync(RefPerpsProtocol protocol) =>
            [.. (await TotalsAsync(protocol)).Where(pair => pair.Check.Lack!(pair.Answer) is not null).Select(pair => pair.Check.What)];

        async Task<(TotalCheck Check, ReadOnlyMemory<byte> Answer)[]> TotalsAsync(RefPerpsProtocol protocol)
        {
            var checks = protocol.Capture().Totals();
            var answers = await client.CallAsync([.. checks.Select(check => check.Call)], BlockId.At(chain.Number), default);
            return [.. checks.Zip(answers, (check, answer) => (check, ((CallResult.Returned)answer).Data))];
        }
    }

    private static void Same(RefPerpsProtocol expected, RefPerpsProtocol told, ulong time)
    {
        var (wanted, state) = (expected.State, told.State);
        Assert.Equal(Told(wanted.Globals), Told(state.Globals));
        Assert.Equal(wanted.Cash(), state.Cash());
        Assert.Equal(wanted.Markets.Count, state.Markets.Count);
        for (var row = 0; row < wanted.Markets.Count; row++)
        {
            var market = state.Markets[state.RequireMarket(wanted.Markets.KeyAt(row))];
            Assert.Equal(Comparable(wanted.Markets[row]), Comparable(market));
            Assert.Equal(wanted.Feeds.ProxyOf(wanted.Markets[row].Feed), state.Feeds.ProxyOf(market.Feed));
        }
        for (var account = 0; account < told.AccountCount; account++)
        {
            var id = state.Accounts.KeyAt(account);
            var other = wanted.RequireAccount(id);
            Assert.Equal(wanted.Accounts[other].Quote, state.Accounts[account].Quote);
            Assert.Equal(PositionsOf(wanted, other), PositionsOf(state, account));
            Assert.Equal(expected.Health(other, time), told.Health(account, time));
            Assert.Equal(expected.Evaluate(other, time), told.Evaluate(account, time));
            Assert.Equal(expected.Plan(other, time).Select(call => (call.What, call.ExpectedReward)), told.Plan(account, time).Select(call => (call.What, call.ExpectedReward)));
        }

        // What the token calls itself is asked with the polls, and decides nothing.
        static GlobalRow Told(GlobalRow row) => row with { SequencerFeed = 0, QuoteSymbol = null, QuoteDecimals = null };

        // Schedules have no equality; what they require is in every verdict.
        static MarketRow Comparable(MarketRow row) => row with { Revision = 0, Feed = 0, Maintenance = null, Initial = null };
    }

    private static (uint Market, Int256 Size, Int256 Notional, Int256 Funding)[] PositionsOf(RefPerpsState state, int account)
    {
        var positions = new List<(uint, Int256, Int256, Int256)>();
        for (var at = state.Accounts[account].FirstPosition; at != AccountRow.None; at = state.Positions[at].Next)
            positions.Add((state.Markets.KeyAt(state.Positions[at].Market), state.Positions[at].Size, state.Positions[at].EntryNotional, state.Positions[at].EntryFunding));
        return [.. positions.Order()];
    }

    private static byte[] Bytes(RefPerpsProtocol protocol)
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        protocol.Capture().Save(writer);
        writer.End();
        return stream.ToArray();
    }
}
