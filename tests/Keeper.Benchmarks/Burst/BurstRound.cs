using Keeper.Chain.Native;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;
using Keeper.Host.Demo.RefPerps;
using Keeper.Journal.Sqlite;

namespace Keeper.Benchmarks.Burst;

/// <summary>One chain, one crowd, one update, and what chain and journal say of it afterwards.</summary>
/// <param name="Blocks">From the update's block, which is not counted, to the one at whose end nothing can be liquidated.</param>
/// <param name="Least">What those liquidations could not have done without, in transactions and blocks.</param>
/// <param name="Signed">Attempts, replacements included.</param>
/// <param name="Succeeded">Transactions that the chain holds and did not revert.</param>
/// <param name="Left">Accounts that could still be liquidated when the round was given up.</param>
internal sealed record BurstRound(int Blocks, BurstLeast Least, int Signed, int Succeeded, ulong GasUsed, int Duplicates, long Rejected, int Left)
{
    /// <summary>Wei. So low that twenty full blocks, each raising it by an eighth, leave every account worth its gas: economics is not what is measured.</summary>
    private const ulong FirstBaseFee = 10_000_000;

    private const int MaxBlocks = 120;

    /// <summary>Of every price, in percent: below the maintenance of all and above the bankruptcy of each.</summary>
    private const int PricePercent = 99;

    /// <param name="blockSeconds">From block to block: long enough for the node to run one that is full of liquidations, and a simulation of each.</param>
    public static async Task<BurstRound> RunAsync(int accounts, int blockSeconds, TextWriter progress, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        using var workspace = DemoWorkspace.Create();
        var binary = await NodeTools.FindAsync("anvil", cancellation);
        string[] arguments = ["--gas-limit", $"{BurstLeast.BlockGas}", "--block-base-fee-per-gas", $"{FirstBaseFee}"];
        await using var anvil = await AnvilProcess.StartAsync(new() { BinaryPath = binary, ExtraArgs = arguments }, cancellation);
        await using var chain = new NativeDevNode(
            new JsonRpcClient(new RpcEndpoint { Name = "bench", HttpUrl = anvil.HttpUrl, RequestTimeout = TimeSpan.FromMinutes(1) }, time), time);
        var deployment = await Deployment.CreateAsync(chain, NativeChainLibrary.Instance.Executor, workspace.Operator, cancellation);
        await chain.SetBalanceAsync(workspace.Operator, Wei.FromGwei(1_000_000_000_000), cancellation);
        progress.WriteLine($"{accounts} accounts: opening them");
        await deployment.SeedAsync(chain, Crowd.Of(accounts), cancellation);
        // Opening them has filled blocks: the base fee is to begin where it was meant to.
        await chain.Rpc.RequestAsync("anvil_setNextBlockBaseFeePerGas", [Hexadecimal(FirstBaseFee)], cancellation);
        await chain.MineEveryAsync(blockSeconds, cancellation);

        var listen = $"127.0.0.1:{DemoWorkspace.FreePort()}";
        workspace.WriteConfig(deployment, anvil.HttpUrl, anvil.WsUrl, listen, NativeChainLibrary.Instance.Name, blockSeconds);
        using var probe = new MetricsProbe();
        var judge = new Judge(chain, deployment.Ground, new RefPerpsDemo(deployment, (ulong)accounts));
        ulong first, last;
        int left;
        await using (var keeper = await DemoKeeper.StartAsync(workspace.ConfigPath, listen, time, cancellation))
        {
            var before = await keeper.NextBlockAsync(chain, await chain.BlockNumberAsync(cancellation), cancellation);
            await deployment.TransmitAsync(chain, [.. DemoMarket.All.Select(market => market.StartPrice / 100 * PricePercent)], cancellation);
            first = before;
            do first++; while (await UnderWaterAsync(first) == 0 && first < before + 3);
            progress.WriteLine($"{accounts} accounts: {await UnderWaterAsync(first)} under water in block {first}");
            for (last = first, left = accounts; left > 0 && last < first + MaxBlocks;)
            {
                left = await UnderWaterAsync(++last);
                progress.WriteLine($"{accounts} accounts: {left} left after {last - first} blocks");
            }
            // The receipts of the last block are settled with the next.
            await keeper.NextBlockAsync(chain, last + 1, cancellation);

            async Task<int> UnderWaterAsync(ulong block)
            {
                if (await chain.BlockNumberAsync(cancellation) < block) await keeper.NextBlockAsync(chain, block - 1, cancellation);
                return (await judge.LiquidatableAsync(block, cancellation)).Count;
            }
        }
        var report = await judge.ReportAsync(first, last, cancellation);
        var (signed, succeeded) = await CountAsync(workspace, cancellation);
        return new((int)(last - first), BurstLeast.Of(report.GasUsed, report.Transactions), signed, succeeded, report.GasUsed, report.Duplicates, probe.RefusedSends, left);
    }

    private static async Task<(int Signed, int Succeeded)> CountAsync(DemoWorkspace workspace, CancellationToken cancellation)
    {
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = Path.Combine(workspace.Folder, "journal.db"), ReadOnly = true }, TimeProvider.System);
        var (signed, mined) = (0, new HashSet<Hash32>());
        await foreach (var record in journal.ReadAsync(0, cancellation))
        {
            if (record.Entry is JournalEntry.Signed) signed++;
            if (record.Entry is JournalEntry.Mined { Succeeded: true } receipt) mined.Add(receipt.Hash);
        }
        return (signed, mined.Count);
    }

    private static string Hexadecimal(ulong value) => ((UInt256)value).ToString("x", null);
}
