using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Telemetry;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>A mirror that is wrong in some accounts: logs that were left out, state that changed without any. Judged by whom the chain still calls liquidatable.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class AuditFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    private const int Percent = 88;
    private static readonly Hash32 PositionChanged = Keccak.Topic("PositionChanged(uint256,uint32,int256,int256,int256,int256,int256,uint256,uint8)");

    [Fact]
    public async Task A_position_that_a_lost_log_hides_is_noticed_read_anew_and_liquidated()
    {
        await using var scene = await chain.SceneAsync();
        var hidden = (await FallingAsync(scene)).First();
        var deaf = await DeafAsync(scene, [hidden]);
        await scene.StartAsync(deaf);
        await scene.UntilAsync("it is healed", () => scene.Keeper.Lines.Any(line => line.Contains($"refperps:{hidden} was read anew", StringComparison.Ordinal)));
        Assert.Contains(scene.Keeper.Lines, line => line.Contains($"refperps:{hidden}: markets is none in the mirror and ", StringComparison.Ordinal));
        await scene.PriceAsync(Percent);
        await scene.UntilCalmAsync();

        await scene.JudgeAsync();
        Assert.Contains($"refperps:{hidden}", await WonAsync(scene));
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.BreakerChanged>());
    }

    /// <summary>The control: without the audit nobody ever notices.</summary>
    [Fact]
    public async Task Without_the_audit_a_position_that_a_lost_log_hides_is_never_liquidated()
    {
        await using var scene = await chain.SceneAsync();
        var hidden = (await FallingAsync(scene)).First();
        var deaf = await DeafAsync(scene, [hidden]);
        await scene.StartAsync(setup => deaf(setup) with { Audit = new() { AccountsPerBlock = 0 } });
        await scene.PriceAsync(Percent);
        await scene.UntilAsync("all others are liquidated", async () => (await LiquidatableAsync(scene)).SetEquals([hidden]));
        await scene.MineAsync(5);
        await scene.HandledAsync();
        Assert.Equal([hidden], await LiquidatableAsync(scene));
        Assert.DoesNotContain($"refperps:{hidden}", await WonAsync(scene));
    }

    [Fact]
    public async Task Too_many_wrong_accounts_open_the_breaker_and_nothing_new_is_sent_until_it_is_closed()
    {
        await using var scene = await chain.SceneAsync();
        var hidden = (await FallingAsync(scene)).Take(3).ToArray();
        Assert.Equal(3, hidden.Length);
        var deaf = await DeafAsync(scene, hidden);
        await scene.BeginAsync(setup => deaf(setup) with { Audit = new() { MaxMismatchesPerHour = 2 } });
        await scene.UntilAsync("the breaker is open", async () => (await scene.Keeper.EntriesAsync<JournalEntry.BreakerChanged>()).Any(entry => entry.IsOpen && entry.Breaker == Label.Of(Breaker.MirrorDrift)));
        await scene.PriceAsync(Percent);
        await scene.MineAsync(3);
        await scene.HandledAsync();
        Assert.Empty(scene.Proxy.Sends);
        Assert.Contains("mirror_drift: more than 2 accounts were wrong", scene.Keeper.Readiness.Report().Single(entry => entry.Component == "breakers").Reason);

        // The control: what it held back is right by now.
        Assert.Null((await scene.Keeper.Sender!.AskAsync(new ControlRequest.Resume(Breaker.MirrorDrift), default)).Refusal);
        await scene.UntilCalmAsync();
        Assert.Subset((await WonAsync(scene)).ToHashSet(), hidden.Select(account => $"refperps:{account}").ToHashSet());
    }

    /// <summary>No node lies here: the contract itself breaks its word that each change has an event.</summary>
    [Fact]
    public async Task A_balance_that_changes_without_a_log_is_noticed_read_anew_and_acted_on()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        var (perps, account) = (scene.Exchange.Deployment.Perps, (UInt256)7UL);
        // RefPerpsStorage.Layout begins behind owner and pendingOwner; accounts is its tenth word, quote the second of an account.
        var slot = UInt256.ReadBigEndian(Keccak.Hash(new AbiWriter().Word(account).Word((UInt256)10UL).ToArray()).ToArray()) + UInt256.One;
        var quote = UInt256.Parse((await scene.Exchange.Rpc.RequestAsync("eth_getStorageAt", perps, slot.ToString("x", null), "latest")).GetString()!);
        for (var eighths = 7UL; !(await LiquidatableAsync(scene)).Contains(7); eighths--)
        {
            Assert.NotEqual(0UL, eighths);
            await scene.Exchange.Rpc.RequestAsync("anvil_setStorageAt", perps, slot.ToString("x", null), new Hash32(quote / 8UL * eighths));
        }
        await scene.UntilCalmAsync();
        // A mirror of logs alone, as a fresh one is at first, has the old balance: there is nothing to compare with.
        await ChainAgainstJournal.CompareAsync(scene.Exchange, await scene.Keeper.EntriesAsync(), scene.First);
        Assert.Contains(scene.Keeper.Lines, line => line.Contains($"refperps:7: quote is {quote} in the mirror and ", StringComparison.Ordinal));
        Assert.Contains("refperps:7", await WonAsync(scene));
    }

    [Fact]
    public async Task Views_that_revert_loop_or_return_a_megabyte_are_left_out_and_hold_nothing_else_up()
    {
        await using var scene = await chain.SceneAsync();
        var hidden = (await FallingAsync(scene)).First();
        // revert(0, 0); jumpdest, push 0, jump; return(0, 1 MB); revert(0, 1 MB).
        string[] codes = ["0x60006000fd", "0x5b600056", "0x621000006000f3", "0x621000006000fd"];
        var views = codes.Select((_, i) => Numbered(0xbad0 + (ulong)i)).ToArray();
        for (var i = 0; i < codes.Length; i++) await scene.Exchange.Rpc.RequestAsync("anvil_setCode", views[i], codes[i]);
        var asked = 0;
        await scene.StartAsync(await DeafAsync(scene, [hidden], account => account < views.Length
            ? [new AuditRead(new CallRequest(views[account], new byte[4]), answer =>
            {
                Interlocked.Increment(ref asked);
                // What a decoder says of data of another length than the view's.
                return answer is CallResult.Returned ? throw new AbiException("Not a word.") : null;
            })]
            : []));
        await scene.UntilAsync("it is healed", () => scene.Keeper.Lines.Any(line => line.Contains($"refperps:{hidden} was read anew", StringComparison.Ordinal)));
        await scene.PriceAsync(Percent);
        await scene.UntilCalmAsync();
        await scene.JudgeAsync();
        Assert.InRange(asked, 1, 4 * views.Length);
        Assert.DoesNotContain(scene.Keeper.Lines, line => line.Contains("cannot be put right", StringComparison.Ordinal));
    }

    /// <summary>Accounts that the price puts under water, found on a branch that is then forgotten.</summary>
    private static async Task<IReadOnlyList<ulong>> FallingAsync(FaultScene scene)
    {
        var rpc = scene.Exchange.Rpc;
        var snapshot = await rpc.RequestAsync("evm_snapshot");
        await scene.PriceAsync(Percent);
        var falling = await LiquidatableAsync(scene);
        await rpc.RequestAsync("evm_revert", snapshot.GetString());
        return [.. falling.Order()];
    }

    private static async Task<IReadOnlySet<ulong>> LiquidatableAsync(FaultScene scene) => await scene.Exchange.LiquidatableAsync(await scene.Exchange.BlockNumberAsync());

    private static async Task<IReadOnlyList<string>> WonAsync(FaultScene scene) =>
        [.. (await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes).Where(entry => entry.Outcome == Core.Submission.Outcome.Won).Select(entry => entry.Account)];

    /// <summary>The keeper never hears of the positions that these accounts have opened until now.</summary>
    private static async Task<Func<KeeperSetup, KeeperSetup>> DeafAsync(FaultScene scene, ulong[] hidden, Func<int, IReadOnlyList<AuditRead>>? beside = null)
    {
        var now = await scene.Exchange.BlockNumberAsync();
        return setup => setup with
        {
            Profile = setup.Profile with { Multicall = scene.Exchange.Deployment.Multicall },
            Protocol = undo => new DeafProtocol(
                InProcessKeeper.ProtocolOf(scene.Exchange.Place, undo),
                log => log.BlockNumber <= now && log.Topic0 == PositionChanged && hidden.Any(account => log.Topic1.Word == account)) { Beside = beside ?? (_ => []) },
        };
    }

    private static Address Numbered(ulong value) => AbiReader.ToAddress((UInt256)value);
}
