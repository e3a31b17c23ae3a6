using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Xunit.Abstractions;
using static Keeper.Conformance.EndToEnd.Hostile.HostileKind;
using static Keeper.Conformance.EndToEnd.Hostile.HostileScene;

namespace Keeper.Conformance.EndToEnd.Hostile;

/// <summary>Contracts that mean harm, in one batch with honest ones: simulation and gate keep what they cost to nothing or to one call's gas.</summary>
public sealed class HostileItemTests(HostileChain chain, ITestOutputHelper output) : IClassFixture<HostileChain>
{
    private const int Honest = 0;

    [Fact]
    public async Task A_call_that_reverts_loops_calls_itself_or_reverts_with_a_megabyte_is_left_out_and_the_others_are_won()
    {
        await using var scene = await StartAsync(chain.Exchange, async token =>
        {
            var honest = await token(Honest);
            return
            [
                Of(Pays, honest), Of(Reverts, honest, CallGas), Of(Loops, honest, CallGas), Of(Pays, honest), Of(Loops, honest, CallGas), Of(Pays, honest),
                Of(RevertsWithMegabyte, honest, CallGas), Of(CallsItself, honest, CallGas), Of(Pays, honest), Of(Loops, honest, CallGas), Of(Pays, honest), Of(Pays, honest),
            ];
        });
        await scene.WinsOnlyAsync(0, 3, 5, 8, 10, 11);
    }

    /// <summary>It pays nothing and the others pay for it: no simulation refuses it, and the receipt shows what it was.</summary>
    [Fact]
    public async Task A_call_that_succeeds_with_a_megabyte_and_does_nothing_is_not_won_and_is_quarantined()
    {
        await using var scene = await StartAsync(chain.Exchange, async token =>
        {
            var honest = await token(Honest);
            return [Of(Pays, honest), Of(ReturnsMegabyte, honest, CallGas), Of(Pays, honest), Of(Pays, honest), Of(Pays, honest)];
        });
        await scene.Keeper.UntilAsync(async () => (await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).Count > 0);
        var block = await chain.Exchange.BlockNumberAsync();
        for (var i = 0; i < 4; i++) block = await chain.Exchange.NextBlockAsync(block);
        var outcomes = Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).Outcomes;
        Assert.Equal(Outcome.Reverted, outcomes.Single(entry => entry.Account == Name(1)).Outcome);
        Assert.All(outcomes.Where(entry => entry.Account != Name(1)), entry => Assert.Equal(Outcome.Won, entry.Outcome));
        Assert.True(scene.Keeper.Sender!.IsBackingOff(Name(1), block));
    }

    [Fact]
    public async Task A_reward_token_that_keeps_a_part_blocks_calls_back_or_tells_no_balance_is_left_out_and_the_others_are_won()
    {
        await using var scene = await StartAsync(chain.Exchange, async token =>
        {
            var honest = await token(Honest);
            var (feeTaking, blocking, reentrant, mute, looping) = (await token(1), await token(2), await token(3), await token(4), await token(5));
            return
            [
                Of(Pays, honest), Of(Pays, feeTaking), Of(Pays, honest), Of(Pays, blocking), Of(Pays, honest), Of(Pays, reentrant), Of(Pays, honest), Of(Pays, mute),
                Of(Pays, honest), Of(Pays, looping), Of(Pays, honest),
            ];
        });
        await scene.WinsOnlyAsync(0, 2, 4, 6, 8, 10);
    }

    [Fact]
    public async Task A_call_that_pays_only_where_gas_is_free_is_seen_through_since_the_simulation_has_the_price_that_is_signed()
    {
        var honest = Address.Zero;
        await using var scene = await StartAsync(chain.Exchange, async token =>
        {
            honest = await token(Honest);
            return [Of(PaysWhereGasIsFree, honest), Of(Pays, honest), Of(Pays, honest), Of(Pays, honest), Of(Pays, honest)];
        });
        await scene.WinsOnlyAsync(1, 2, 3, 4);
        // The control: a simulation without the price would have been taken in.
        var bait = new AbiWriter().Word(UInt256.Zero).Word((UInt256)(ulong)PaysWhereGasIsFree).Word(honest).Word(UInt256.One).ToCall(Keccak.Selector(HostileProtocol.Close));
        await chain.Exchange.Rpc.RequestAsync(
            "eth_call", new Dictionary<string, string> { ["from"] = chain.Exchange.Deployment.Executor.ToString(), ["to"] = scene.Target.ToString(), ["data"] = Hex.Encode(bait) }, "latest");
    }

    /// <summary>Who builds the block cannot be known before: what is left is to lose no more than the call's own gas, and not again soon.</summary>
    [Fact]
    public async Task A_trap_that_only_the_block_springs_costs_its_own_gas_once_and_is_quarantined()
    {
        var exchange = chain.Exchange;
        var trap = (await exchange.Chain.AccountsAsync(default))[7];
        try
        {
            await using var scene = await StartAsync(
                exchange,
                async token =>
                {
                    var honest = await token(Honest);
                    return [Of(Pays, honest), Of(PaysButInTheTrap, honest, CallGas), Of(Pays, honest), Of(Pays, honest), Of(Pays, honest)];
                },
                // The keeper decides and sends while the chain stands still; then comes the block that springs the trap.
                async target =>
                {
                    await exchange.Chain.TransactAsync(exchange.Deployment.Owner, target, new AbiWriter().Word(trap).ToCall(Keccak.Selector("setTrap(address)")), default);
                    await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
                });
            await scene.Keeper.UntilAsync(async () => (await scene.Keeper.EntriesAsync<JournalEntry.Broadcast>()).Count > 0);
            await exchange.Rpc.RequestAsync("anvil_setCoinbase", trap.ToString());
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 1);
            await scene.Keeper.UntilAsync(async () => (await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).Count > 0);
            var block = await exchange.BlockNumberAsync();
            for (var i = 0; i < 4; i++) block = await exchange.NextBlockAsync(block);

            var outcomes = Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).Outcomes;
            Assert.Equal([Outcome.Won, Outcome.Reverted, Outcome.Won, Outcome.Won, Outcome.Won], outcomes.OrderBy(entry => entry.Account, StringComparer.Ordinal).Select(entry => entry.Outcome));
            var intent = Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Intended>());
            var mined = Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Mined>());
            output.WriteLine($"{mined.GasUsed} of {intent.GasLimit} gas, {CallGas} of them at most the trap's");
            Assert.InRange(mined.GasUsed.Value, CallGas, CallGas + 1_000_000);
            Assert.Equal((true, false), (scene.Keeper.Sender!.IsBackingOff(Name(1), mined.BlockNumber + 15), scene.Keeper.Sender!.IsBackingOff(Name(0), mined.BlockNumber)));
        }
        finally
        {
            await exchange.Rpc.RequestAsync("anvil_setCoinbase", Address.Zero.ToString());
            await exchange.Rpc.RequestAsync("evm_setIntervalMining", 1);
        }
    }

    [Fact]
    public async Task A_flood_of_dust_is_never_signed_for_and_holds_nobody_up()
    {
        await using var scene = await StartAsync(chain.Exchange, async token =>
        {
            var honest = await token(Honest);
            return [.. Enumerable.Range(0, 4).Select(_ => Of(Pays, honest)), .. Enumerable.Range(0, 5_000).Select(_ => new HostileAccount(Pays, honest, UInt256.One, 300_000))];
        });
        await scene.WinsOnlyAsync([0, 1, 2, 3], left: "below_min_profit");
        Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Intended>());
    }
}
