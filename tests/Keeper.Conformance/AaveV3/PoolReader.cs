using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.AaveV3;

/// <summary>The pool's own word.</summary>
internal sealed class PoolReader(IChainClient client, AavePool pool)
{
    private static readonly uint UserAccountData = Keccak.Selector("getUserAccountData(address)");

    /// <returns>Collateral, debt, threshold and health factor; null where the view reverts.</returns>
    public async Task<IReadOnlyList<(UInt256 Collateral, UInt256 Debt, UInt256 Threshold, UInt256 HealthFactor)?>> AccountsAsync(IReadOnlyList<Address> users, ulong block)
    {
        var answers = await client.CallAsync([.. users.Select(user => new CallRequest(pool.Pool, new AbiWriter().Word(user).ToCall(UserAccountData)))], BlockId.At(block), CancellationToken.None);
        return [.. answers.Select(Read)];
    }

    public async Task<IReadOnlyList<CallResult>> LiquidateAsync(IReadOnlyList<(Address Collateral, Address Debt, Address User)> calls, Address from, ulong block) =>
        await client.CallAsync(
            [.. calls.Select(call => new CallRequest(pool.Pool, AavePool.Liquidation(call.Collateral, call.Debt, call.User, UInt256.MaxValue, false).ToCall(Keccak.Selector(AavePool.LiquidateSignature)), from))],
            BlockId.At(block), CancellationToken.None);

    private static (UInt256, UInt256, UInt256, UInt256)? Read(CallResult answer)
    {
        if (answer is not CallResult.Returned(var bytes)) return null;
        var data = new AbiReader(bytes.Span);
        var (collateral, debt, _, threshold, _, factor) = (data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256());
        return (collateral, debt, threshold, factor);
    }
}
