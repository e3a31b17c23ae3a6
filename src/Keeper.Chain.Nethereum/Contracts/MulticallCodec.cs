using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Nethereum.ABI;
using Nethereum.Contracts;
using Nethereum.Contracts.QueryHandlers.MultiCall;

namespace Keeper.Chain.Nethereum.Contracts;

/// <summary>
/// Multicall3 by Nethereum's messages for it. Its <c>MultiQueryHandler</c> is not used: that one sends by itself, cannot read at a
/// block's hash, and takes an answer that is too short as fewer results.
/// </summary>
internal sealed class MulticallCodec : IMulticallCodec
{
    private static readonly ABIEncode Encoder = new();

    public CallRequest Encode(Address multicall, IReadOnlyList<CallRequest> calls)
    {
        foreach (var call in calls) IMulticallCodec.RequirePlain(call);
        var message = new Aggregate3Function { Calls = [.. calls.Select(call => new Call3 { Target = call.To!.Value.ToString(), AllowFailure = true, CallData = call.Data.ToArray() })] };
        return new(multicall, message.GetCallData());
    }

    public IReadOnlyList<CallResult> Decode(ReadOnlyMemory<byte> returned, int count)
    {
        var results = StrictAbi.DecodeAnswer<Aggregate3OutputDTO>(returned, isExact: false);
        if (results.ReturnData.Count != count) throw new AbiException($"{results.ReturnData.Count} results answer {count} calls.");
        // Overlapping places, gaps and dirty padding could say one thing to one reader and another to the next.
        if (!returned.Span.SequenceEqual(Encoder.GetABIParamsEncoded(results))) throw new AbiException("The results are not laid out as the contract lays them out.");
        return [.. results.ReturnData.Select(CallResult (result) => result.Success ? new CallResult.Returned(result.ReturnData) : new CallResult.Reverted(result.ReturnData))];
    }
}
