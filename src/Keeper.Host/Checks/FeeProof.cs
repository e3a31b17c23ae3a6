using Keeper.Core.Chain;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>That the chain charges as its profile says: with the wrong model no transaction would ever seem to pay, or gas would be underrated.</summary>
internal static class FeeProof
{
    /// <returns>Null where the model asks for nothing.</returns>
    public static async Task<Proof?> RunAsync(ChainOptions chain, IChainClient client, BlockId at, CancellationToken cancellation)
    {
        var model = FeeModels.Of(chain.Profile.FeeModel);
        if (model.Reads.Count == 0) return null;
        var field = $"chains/{chain.Id}.json: feeModel";
        var told = model.With(await client.CallAsync(model.Reads, at, cancellation));
        if (told.Equals(model))
            return Proof.Wrong(field, $"asks {model.Reads[0].To} what data costs, which does not answer as it should", "the model of this chain: eip1559 where nothing but gas is charged");
        var (bytes, gas) = (1_000, new Gas(1_000_000));
        var fee = told.Of(bytes, gas);
        return Proof.Ok(field, $"is answered by {model.Reads[0].To}: {bytes} bytes of calldata cost up to {fee.Cost} wei and {fee.Gas} gas");
    }
}
