using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Contracts;

/// <summary>Multicall3, encoded by hand.</summary>
internal sealed class MulticallCodec : IMulticallCodec
{
    /// <summary><c>aggregate3((address,bool,bytes)[])</c></summary>
    private const uint Aggregate3 = 0x82ad56cb;

    public CallRequest Encode(Address multicall, IReadOnlyList<CallRequest> calls)
    {
        foreach (var call in calls) IMulticallCodec.RequirePlain(call);
        return new(multicall, new AbiWriter().DynamicArray(calls, (item, call) => item.Word(call.To!.Value).Word(true).Bytes(call.Data.Span)).ToCall(Aggregate3));
    }

    public IReadOnlyList<CallResult> Decode(ReadOnlyMemory<byte> returned, int count)
    {
        var outer = new AbiReader(returned.Span);
        var array = outer.ReadOffset();
        var length = array.ReadLength(elementSize: 32);
        if (length != count) throw new AbiException($"{length} results answer {count} calls.");
        var elements = array.Rest();
        var results = new (bool Success, byte[] Data)[count];
        for (var i = 0; i < count; i++)
        {
            var element = elements.ReadOffset();
            results[i] = (element.ReadBool(), element.ReadOffset().ReadBytes().ToArray());
        }
        // Overlapping places, gaps and dirty padding could say one thing to one reader and another to the next.
        var canonical = new AbiWriter().DynamicArray(results, (item, result) => item.Word(result.Success).Bytes(result.Data)).ToArray();
        if (!returned.Span.SequenceEqual(canonical)) throw new AbiException("The results are not laid out as the contract lays them out.");
        return [.. results.Select(CallResult (result) => result.Success ? new CallResult.Returned(result.Data) : new CallResult.Reverted(result.Data))];
    }
}
