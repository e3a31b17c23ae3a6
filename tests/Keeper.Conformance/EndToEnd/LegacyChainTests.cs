using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Conformance.Support;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>
/// A whole keeper on a chain whose headers have no base fee, so that it signs legacy transactions. The contracts need Cancun, and Anvil leaves the field out before London only:
/// its base fee is zero here, and a proxy takes the field out of the headers. That others pay more by now is what a base fee stands for that the keeper does not see.
/// </summary>
public sealed class LegacyChainTests(ITestOutputHelper output)
{
    private static readonly SubmissionOptions Options = new() { BumpAfter = TimeSpan.FromMilliseconds(1), DeadlineBlocks = 600 };

    [Fact]
    public async Task Without_a_base_fee_legacy_transactions_liquidate_and_outbid_their_own_price()
    {
        var exchange = await ExchangeChain.StartAsync(accounts: 40, seed: 5, "--block-base-fee-per-gas", "0");
        await using var proxy = await FaultProxy.StartAsync(exchange.HttpUrl, exchange.WsUrl);
        proxy.On("eth_getBlockByNumber", WithoutBaseFee).On("eth_getBlockByHash", WithoutBaseFee);
        await using var scene = await GasScene.StartAsync(Options, exchange, setup => setup with
        {
            Endpoints = [new RpcEndpoint { Name = "legacy", HttpUrl = proxy.HttpUrl }],
            Profile = AnvilNode.Profile with { FeeModel = FeeModel.Legacy, Completeness = LogCompleteness.Agreement },
        });
        var plan = (await scene.PriceAsync(93))[0];
        // Twice the first bid: it is not mined, and the next block asks for seven eighths of that.
        var dearer = new Wei(plan.Attempts[0].Fees.MaxFeePerGas.Value * 2UL);
        await scene.UntilAsync(async () =>
        {
            if ((await scene.AttemptsAsync(plan.Intent.Nonce)).Count > 1) return true;
            await scene.MineAsync(dearer);
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            return false;
        });
        await scene.UntilAsync(async () =>
        {
            if ((await scene.OpenAsync()).All(open => open.Intent.Nonce != plan.Intent.Nonce)) return true;
            await scene.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            return false;
        });

        var attempts = await scene.AttemptsAsync(plan.Intent.Nonce);
        output.WriteLine($"bids {string.Join(", ", attempts.Select(attempt => attempt.Fees.MaxFeePerGas))}");
        Assert.True(attempts.Count > 1);
        Assert.All(attempts, attempt => Assert.True(attempt.Fees.IsLegacy && attempt.Fees.MaxFeePerGas <= plan.Intent.MaxPricePerGas));
        // Pools take a replacement that raises the price by a tenth.
        Assert.All(attempts.Zip(attempts.Skip(1)), pair => Assert.True(pair.Second.Fees.MaxFeePerGas.Value * 10UL >= pair.First.Fees.MaxFeePerGas.Value * 11UL));
        var settled = (await scene.EntriesAsync()).OfType<JournalEntry.Settled>().Single(entry => attempts.Any(attempt => attempt.Hash == entry.Hash));
        Assert.Contains(settled.Outcomes, entry => entry.Outcome == Outcome.Won);
        var receipt = await scene.ReceiptAsync(settled.Hash);
        Assert.Equal("0x0", receipt.GetProperty("type").GetString());
        var paid = attempts.Single(attempt => attempt.Hash == settled.Hash).Fees.MaxFeePerGas;
        Assert.Equal(paid.Value, UInt256.Parse(receipt.GetProperty("effectiveGasPrice").GetString()!));
    }

    private static async Task<FaultAnswer> WithoutBaseFee(FaultCall call)
    {
        var result = await call.ResultAsync();
        if (result.ValueKind != JsonValueKind.Object) return await call.ForwardAsync();
        var header = JsonNode.Parse(result.GetRawText())!.AsObject();
        Assert.True(header.Remove("baseFeePerGas"));
        return call.Answer(header);
    }
}
