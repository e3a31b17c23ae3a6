using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo;

/// <summary>Many views in one request.</summary>
internal sealed class Views(Address multicall)
{
    private static readonly uint Aggregate = Keccak.Selector("aggregate3((address,bool,bytes)[])");

    /// <returns>What each returned.</returns>
    /// <exception cref="Core.Chain.ChainException">One of them reverted.</exception>
    public async Task<IReadOnlyList<byte[]>> AskAsync(NativeDevNode witness, IReadOnlyList<(Address To, byte[] Data)> calls, ulong block, CancellationToken cancellation)
    {
        var data = new AbiWriter().DynamicArray(calls, (to, call) => to.Word(call.To).Word(false).Bytes(call.Data)).ToCall(Aggregate);
        return Read((await witness.ViewAsync(multicall, data, block, cancellation)).Span);
    }

    private static List<byte[]> Read(ReadOnlySpan<byte> answer)
    {
        var list = new AbiReader(answer).ReadOffset();
        var count = list.ReadLength(32);
        var elements = list.Rest();
        var answers = new List<byte[]>();
        for (var i = 0; i < count; i++)
        {
            var element = elements.ReadOffset();
            element.ReadBool();
            answers.Add(element.ReadOffset().ReadBytes().ToArray());
        }
        return answers;
    }
}
