using System.Text.Json.Nodes;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Protocol;
using Keeper.Protocols.RefPerps;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The mirror kept, restored and proven by the contract's own sums, on a real chain.</summary>
public sealed class SnapshotTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_mirror_that_was_restored_and_caught_up_is_that_of_a_fresh_start_field_by_field()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 11);
        var store = new SnapshotStore(exchange.JournalPath + ".mirror", exchange.Setup.Profile.ChainId, TimeProvider.System);
        var setup = exchange.Setup with { Snapshots = store, Checkpoint = new() { Every = TimeSpan.FromSeconds(1) } };

        await using (var first = await InProcessKeeper.StartAsync(setup, exchange.Place))
        {
            await first.UntilReadyAsync();
            await first.UntilAsync(async () =>
            {
                // The node calls a block final when it is 64 blocks old.
                await exchange.Rpc.RequestAsync("anvil_mine", 8);
                return store.Find() is not null;
            });
        }
        var kept = store.Find()!;
        // What happened while no keeper ran.
        await exchange.TransmitAsync(97);
        await exchange.NextBlockAsync(await exchange.BlockNumberAsync());

        await using var second = await InProcessKeeper.StartAsync(setup, exchange.Place);
        await second.UntilReadyAsync();
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        var last = await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        last = await exchange.BlockNumberAsync();
        await second.UntilAsync(async () => await second.IsSettledAsync());
        Assert.Contains(second.Lines, line => line.Contains($"continues from the snapshot of block {kept.Block.Number} ", StringComparison.Ordinal));
        output.WriteLine($"kept at {kept.Block.Number} with {kept.FileBytes} bytes, compared at {last}");

        var (mirror, header) = await new MirrorBuilder(second.Client, setup.Profile, undo => [InProcessKeeper.ProtocolOf(exchange.Place, undo)], TimeProvider.System, NullLogger<MirrorBuilder>.Instance).BuildAsync(default);
        var (fresh, restored) = ((RefPerpsProtocol)Assert.Single(mirror.Trusted), (RefPerpsProtocol)second.Mirrored[^1]);
        await second.UntilAsync(() => Task.FromResult(Bytes(fresh).SequenceEqual(Bytes(restored))));
        Assert.Equal((int)exchange.Accounts, restored.AccountCount);
        for (var account = 0; account < fresh.AccountCount; account++)
            Assert.Equal((fresh.KeyOf(account), fresh.Health(account, header.Ref.Timestamp)), (restored.KeyOf(account), restored.Health(account, header.Ref.Timestamp)));
    }

    [Fact]
    public async Task An_account_whose_logs_a_node_leaves_out_is_found_by_the_sums_and_the_mirror_is_replaced()
    {
        const ulong Absent = 17;
        await using var exchange = await ExchangeChain.StartAsync(accounts: 40, seed: 12);
        OmittingChain? chain = null;
        var setup = exchange.Setup with
        {
            AroundChain = inner => chain = new(inner, exchange.Deployment.Perps, Absent),
            Checkpoint = new() { Every = TimeSpan.FromSeconds(1), RepairAfter = TimeSpan.FromSeconds(1) },
        };
        await using var keeper = await InProcessKeeper.StartAsync(setup, exchange.Place);
        await keeper.UntilAsync(() => Task.FromResult(Reason() is not null));
        Assert.Equal("number of accounts: the mirror holds 39, the contract 40: 1 is missing", Reason());
        // Nothing is decided by a mirror that is known to be wrong.
        await exchange.TransmitAsync(92);
        await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
        await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
        Assert.NotEmpty(await exchange.LiquidatableAsync(await exchange.BlockNumberAsync()));
        Assert.Equal(0UL, await exchange.NonceAsync(keeper.Operator));

        chain!.IsOmitting = false;
        await keeper.UntilReadyAsync();
        await keeper.UntilAsync(async () => await exchange.NonceAsync(keeper.Operator) > 0);
        Assert.Equal(40, keeper.Mirrored[^1].AccountCount);

        string? Reason() => keeper.Readiness.Report().FirstOrDefault(entry => entry.Component.StartsWith("protocol_", StringComparison.Ordinal)).Reason;
    }

    [Fact]
    public async Task Killed_at_any_moment_a_keeper_that_keeps_snapshots_leaves_a_whole_one_and_starts_from_it()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 13);
        var config = JsonNode.Parse(await File.ReadAllTextAsync(exchange.Workspace.ConfigPath))!;
        config["checkpoint"] = new JsonObject { ["everySeconds"] = 1 };
        await File.WriteAllTextAsync(exchange.Workspace.ConfigPath, config.ToJsonString());
        var (path, random, restored) = (Path.Combine(exchange.Workspace.Folder, "journal.db.mirror"), new Random(13), 0);
        for (var life = 0; life < 5; life++)
        {
            await using var keeper = KeeperProcess.Start(exchange);
            await keeper.ReadyAsync(exchange);
            restored += keeper.Lines.Count(line => line.Contains("continues from the snapshot", StringComparison.Ordinal));
            Assert.DoesNotContain(keeper.Lines, line => line.Contains("is not used", StringComparison.Ordinal));
            // Blocks so fast that snapshots are written, become final and are replaced all the time.
            var until = TimeProvider.System.GetTimestamp();
            var wait = TimeSpan.FromMilliseconds(2_500 + random.Next(1_500));
            while (TimeProvider.System.GetElapsedTime(until) < wait) await exchange.Rpc.RequestAsync("anvil_mine", 8);
            await keeper.KillAsync();
            if (File.Exists(path)) output.WriteLine($"killed after {wait.TotalMilliseconds} ms, {SnapshotStore.Verify(path).Block} is whole");
        }
        Assert.True(restored > 0);
    }

    private static byte[] Bytes(IProtocol protocol)
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        protocol.Capture().Save(writer);
        writer.End();
        return stream.ToArray();
    }
}
