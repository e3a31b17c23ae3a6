using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Tests.Support;

namespace Keeper.Tests.Chain.Completeness;

public sealed class BlockLogsTests
{
    /// <summary>It costs a request for each block otherwise, and proves nothing.</summary>
    [Fact]
    public async Task An_endpoint_that_serves_no_receipts_is_asked_once_and_then_last()
    {
        var (without, with) = (new ScriptedReads("without"), new ScriptedReads("with"));
        without.Receipts = _ => throw new NodeErrorException("eth_getBlockReceipts", new RpcFailure(-32601, "the method does not exist", null));
        with.Receipts = _ => Task.FromResult<IReadOnlyList<IReadOnlyList<BlockReceipt>?>>([UnichainBlock.Receipts]);
        var router = ScriptedReads.Router(TimeProvider.System, null, without, with);
        var agreement = new Agreement(router, isRequired: false);
        var logs = new BlockLogs(router, agreement, new LogRange(agreement, 100), new LogFilter([UnichainBlock.Emitter], [UnichainBlock.Topic]), LogCompleteness.ReceiptsRoot, Keccak.Hash);

        for (var i = 0; i < 3; i++) Assert.Equal(4, Assert.Single(await logs.ReadAsync([UnichainBlock.Header], default)).Count);
        Assert.Equal((1, 3), (without.Asked, with.Asked));

        // Where no other is left it is asked all the same: it may serve them by now.
        with.Receipts = _ => throw new ChainException("gone");
        await Assert.ThrowsAsync<ChainException>(() => logs.ReadAsync([UnichainBlock.Header], default));
        Assert.Equal((2, 4), (without.Asked, with.Asked));
    }
}
