using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain;

public abstract partial class ChainClientContract
{
    [Fact]
    public async Task Both_kinds_of_transaction_are_mined_as_signed()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var to = Address.Parse("0x00000000000000000000000000000000000000aa");
        var dynamic = await node.SignAsync(to, [1, 2, 3], value: new Wei(5u));
        Assert.Equal(SendResult.Accepted, await client.SendRawTransactionAsync(dynamic.Raw, Soon));
        await node.ReceiptAsync(dynamic.Hash);
        var legacy = await node.SignAsync(to, [], fees: Fees.Legacy(Wei.FromGwei(3)), value: new Wei(6u));
        Assert.Equal(SendResult.Accepted, await client.SendRawTransactionAsync(legacy.Raw, Soon));
        await node.ReceiptAsync(legacy.Hash);

        var receipts = await client.GetReceiptsAsync([dynamic.Hash, legacy.Hash], Soon);
        Assert.All(receipts, receipt => Assert.True(receipt!.Succeeded));
        Assert.Equal(new Wei(11u), await client.GetBalanceAsync(to, BlockId.Latest, Soon));
        Assert.Equal(Wei.FromGwei(3), receipts[1]!.EffectiveGasPrice);
        var mined = await node.Rpc.RequestAsync("eth_getTransactionByHash", dynamic.Hash);
        Assert.Equal(node.Signer.Address, Address.Parse(mined.GetProperty("from").GetString()!));
    }

    [Fact]
    public async Task Refusals_of_the_node_are_classified()
    {
        await using var node = await AnvilNode.StartAsync("--no-mining");
        await using var client = Connect(node);
        var to = node.Signer.Address;

        var first = await node.SignAsync(to, [], nonce: 0);
        Assert.Equal(SendError.None, (await client.SendRawTransactionAsync(first.Raw, Soon)).Error);
        Assert.Equal(SendError.Known, (await client.SendRawTransactionAsync(first.Raw, Soon)).Error);
        var cheaper = await node.SignAsync(to, [1], nonce: 0, fees: new Fees(Wei.FromGwei(50), new Wei(1u)));
        Assert.Equal(SendError.ReplacementUnderpriced, (await client.SendRawTransactionAsync(cheaper.Raw, Soon)).Error);
        var poor = await node.SignAsync(to, [], nonce: 1, value: new Wei(UInt256.One << 100));
        Assert.Equal(SendError.InsufficientFunds, (await client.SendRawTransactionAsync(poor.Raw, Soon)).Error);
        var tight = await node.SignAsync(to, [], nonce: 1, gas: 20_000);
        Assert.Equal(SendError.IntrinsicGas, (await client.SendRawTransactionAsync(tight.Raw, Soon)).Error);
        var greedy = await node.SignAsync(to, [], nonce: 1, gas: 16_777_217);
        Assert.Equal(SendError.GasLimit, (await client.SendRawTransactionAsync(greedy.Raw, Soon)).Error);
        await node.MineAsync();
        var late = await node.SignAsync(to, [2], nonce: 0, fees: new Fees(Wei.FromGwei(500), Wei.FromGwei(10)));
        var refused = await client.SendRawTransactionAsync(late.Raw, Soon);
        Assert.Equal(SendError.NonceTooLow, refused.Error);
        Assert.NotNull(refused.Message);
    }

    [Fact]
    public async Task A_fee_cap_below_the_base_fee_is_classified()
    {
        await using var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var cheap = await node.SignAsync(node.Signer.Address, [], fees: new Fees(new Wei(1u), new Wei(1u)));
        Assert.Equal(SendError.FeeCapBelowBaseFee, (await client.SendRawTransactionAsync(cheap.Raw, Soon)).Error);
    }

    [Fact]
    public async Task A_node_that_is_gone_leaves_the_outcome_open()
    {
        var node = await AnvilNode.StartAsync();
        await using var client = Connect(node);
        var signed = await node.SignAsync(node.Signer.Address, []);
        await node.DisposeAsync();
        var result = await client.SendRawTransactionAsync(signed.Raw, Soon);
        Assert.Equal(SendError.Ambiguous, result.Error);
        Assert.True(result.MayBePending);
        Assert.DoesNotContain("127.0.0.1", result.Message, StringComparison.Ordinal);
    }
}
