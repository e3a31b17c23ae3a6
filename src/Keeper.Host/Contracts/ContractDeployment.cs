using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;

namespace Keeper.Host.Contracts;

/// <summary>
/// Puts a contract on the chain. 1: the price. 2: sign. 3: tell the hash, before anything can be lost. 4: send. 5: the receipt.
/// 6: the code that came of it, since a receipt says only that something was deployed.
/// </summary>
internal sealed class ContractDeployment(KeeperOptions options, IChainClient client, ISigner signer, TimeProvider time, TextWriter progress)
{
    private static readonly TimeSpan ReceiptWithin = TimeSpan.FromMinutes(5);

    /// <param name="data">Init code and arguments.</param>
    /// <returns>The address, and the block that it stands in.</returns>
    /// <exception cref="StartupException">It was not deployed, or not seen to be.</exception>
    public async Task<(Address Address, BlockId At)> RunAsync(Artifact artifact, byte[] data, CancellationToken cancellation)
    {
        var gas = GasFor(data, artifact.DeployedLength);
        var fees = await PriceAsync(cancellation);
        await RequireBalanceAsync(fees.MaxFeePerGas * gas, cancellation);
        var nonce = await client.GetTransactionCountAsync(signer.Address, BlockId.Pending, cancellation);
        var signed = await signer.SignAsync(new(options.Chain.Id, nonce, null, Wei.Zero, data, gas, fees), cancellation);
        progress.WriteLine($"deploying {artifact.Name} from {signer.Address}, nonce {nonce}, transaction {signed.Hash}");
        var sent = await client.SendRawTransactionAsync(signed.Raw, cancellation);
        if (!sent.MayBePending) throw Failed($"was refused: {sent.Error} ({ForeignText.Clean(sent.Message)})", "a deployer with coin and without pending transactions");
        var receipt = await ReceiptAsync(signed.Hash, cancellation);
        if (!receipt.Succeeded || receipt.ContractAddress is not { } address) throw Failed($"reverted in block {receipt.BlockNumber}", "arguments that the constructor takes");
        var at = BlockId.At(receipt.BlockNumber);
        var match = artifact.Compare((await client.GetCodeAsync(address, at, cancellation)).Span);
        return match.IsSame ? (address, at) : throw Failed($"left other code at {address}: {match.Difference}", "the code of this build");
    }

    public static StartupException Failed(string problem, string expected) => new(ExitCode.Environment, "the deployment", problem, expected);

    /// <summary>
    /// What the yellow paper and EIP-3860 charge at most: 53,000 for a creation, 16 a byte, 2 a word of init code, 200 a byte of
    /// code; and 200,000 for a constructor, which writes a few slots and events. What is not used is not paid.
    /// </summary>
    private static Gas GasFor(byte[] data, int deployedLength) =>
        new(53_000 + 16 * (ulong)data.Length + 2 * (((ulong)data.Length + 31) / 32) + 200 * (ulong)deployedLength + 200_000);

    private async Task<Fees> PriceAsync(CancellationToken cancellation)
    {
        var history = await client.GetFeeHistoryAsync(4, [options.Submission.FirstTipPercentile], cancellation);
        var tip = Wei.Max(options.Submission.MinPriorityFee, history.Rewards.Where(block => block.Count > 0).Select(block => block[0]).DefaultIfEmpty(Wei.Zero).Max());
        // Twice the next base fee holds for six full blocks (1.125^6 = 2.03).
        var cap = Wei.Min(history.BaseFeePerGas[^1] + history.BaseFeePerGas[^1] + tip, options.Submission.HardFeeCap);
        return options.Chain.Profile.FeeModel == FeeModel.Legacy ? Fees.Legacy(cap) : new(cap, Wei.Min(tip, cap));
    }

    private async Task RequireBalanceAsync(Wei cost, CancellationToken cancellation)
    {
        var balance = await client.GetBalanceAsync(signer.Address, BlockId.Latest, cancellation);
        if (balance < cost) throw Failed($"may cost {cost} wei, {signer.Address} has {balance}", "a deployer that can pay");
    }

    private async Task<Receipt> ReceiptAsync(Hash32 hash, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < ReceiptWithin)
        {
            if ((await client.GetReceiptsAsync([hash], cancellation))[0] is { } receipt) return receipt;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(options.Chain.Profile.BlockTime.TotalMilliseconds / 2, 100, 2_000)), time, cancellation);
        }
        throw Failed($"has no receipt after {ReceiptWithin.TotalMinutes:0} minutes; transaction {hash} may still be mined", "that the deployer's nonce is looked at before another try");
    }
}
