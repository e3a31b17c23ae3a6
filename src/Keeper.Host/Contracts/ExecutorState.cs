using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>The roles of an executor at one block.</summary>
internal sealed record ExecutorState(Address Owner, Address Operator, Address Treasury, bool IsPaused)
{
    /// <exception cref="AbiException">The contract does not answer as an executor does.</exception>
    public static async Task<ExecutorState> ReadAsync(IChainClient client, Address executor, BlockId at, CancellationToken cancellation)
    {
        var answers = await client.CallAsync(
            [ExecutorContract.Owner(executor), ExecutorContract.Operator(executor), ExecutorContract.Treasury(executor), ExecutorContract.Paused(executor)], at, cancellation);
        return new(ToAddress(answers[0]), ToAddress(answers[1]), ToAddress(answers[2]), ToBool(answers[3]));
    }

    /// <summary>One word, exactly: short data would otherwise read as zero.</summary>
    public static bool ToBool(CallResult answer)
    {
        var reader = new AbiReader(Data(answer).Span);
        var value = reader.ReadBool();
        reader.RequireEnd();
        return value;
    }

    private static Address ToAddress(CallResult answer)
    {
        var reader = new AbiReader(Data(answer).Span);
        var value = reader.ReadAddress();
        reader.RequireEnd();
        return value;
    }

    private static ReadOnlyMemory<byte> Data(CallResult answer) => answer switch
    {
        CallResult.Returned returned => returned.Data,
        CallResult.Reverted reverted => throw new AbiException($"it reverts: {RevertDecoder.Plain.Describe(reverted.Data.Span)}"),
        CallResult.Refused refused => throw new AbiException($"the node refuses the call: {ForeignText.Clean(refused.Reason)}"),
        _ => throw new AbiException("there is no answer"),
    };
}
