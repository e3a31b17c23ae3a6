using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Conformance.EndToEnd;

/// <summary>A real client whose simulations a test may have fail, as on a node that is too busy for them. All else goes through.</summary>
internal sealed class BlindableChain(IChainClient inner, Address simulatedFrom) : ForwardingChain(inner)
{
    public volatile bool IsBlind;

    public override Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation) =>
        IsBlind && calls.Any(call => call.From == simulatedFrom)
            ? Task.FromException<IReadOnlyList<CallResult>>(new ChainException("the node is too busy")) : base.CallAsync(calls, at, cancellation);
}
