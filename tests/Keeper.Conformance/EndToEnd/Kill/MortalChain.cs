using System.Runtime.CompilerServices;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>A client whose process dies when a transaction has been handed out, or when a receipt has come. It tells the table of reorgs before they are undone.</summary>
internal sealed class MortalChain(IChainClient inner, Death death, MortalTable table) : ForwardingChain(inner)
{
    public override async IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var told in Inner.FollowAsync(request, cancellation))
        {
            if (told is ChainEvent.Reorg) table.Reorganises();
            yield return told;
        }
    }

    public override async Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        var result = await Inner.SendRawTransactionAsync(raw, cancellation);
        death.At(KillPoint.AfterBroadcast);
        return result;
    }

    public override async Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation)
    {
        var receipts = await Inner.GetReceiptsAsync(transactionHashes, cancellation);
        if (receipts.Any(receipt => receipt is not null)) death.At(KillPoint.AfterReceipt);
        return receipts;
    }
}
