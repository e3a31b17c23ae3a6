using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;
using Keeper.Host.Running;

namespace Keeper.Host.Keys;

/// <summary>
/// Moves the executor to a new operator key. 1: nothing of the old key is open any more. 2: the new key is made, or taken as it is. 3: what the executor's
/// owner has to sign is told, and what the configuration has to say. Signs and sends nothing, so that it may be run again at any point and goes on where it was.
/// </summary>
/// <param name="drain">Has a keeper at work finish what it has in flight for a key: why it has not, or null.</param>
internal sealed class KeyRotation(KeeperOptions options, IChainClient client, Func<Address, CancellationToken, Task<string?>> drain, TimeProvider time)
{
    private static readonly Gas TransferGas = new(21_000);

    /// <param name="next">The key to come.</param>
    /// <param name="sweepTo">Who gets the coin that is left on the old key; null leaves it there.</param>
    /// <exception cref="StartupException">The new key cannot be made or opened, or the executor does not answer as one.</exception>
    public async Task<RotationReport> RunAsync(NewKey next, Address? sweepTo, CancellationToken cancellation)
    {
        var old = await OldAddressAsync();
        var at = BlockId.At((await client.GetHeaderAsync(BlockId.Latest, cancellation)).Ref);
        var executor = options.Executor!.Address;
        var roles = await RolesAsync(executor, at, cancellation);
        // A second run after the configuration was changed: its key is the new one.
        if (next.Known() is { } known && known == old)
        {
            return roles.Operator == old
                ? new(RotationState.Done, old, [], old, next.Keystore, false, [], [])
                : throw new StartupException(ExitCode.Config, next.Field, $"is the key of {old}, which the configuration names already", "another key than the old one");
        }
        if (await drain(old, cancellation) is { } working) return new(RotationState.Drain, old, [working], null, null, false, [], []);
        var open = await DrainProof.RunAsync(options.Journal, client, old, time, cancellation);
        if (open.Count > 0) return new(RotationState.Drain, old, open, null, null, false, [], []);

        var (address, isMade) = next.Obtain();
        PublishedKeys.Refuse(address, options.Chain, next.Field);
        var (transactions, notes) = (new List<UnsignedTransaction>(), new List<string>());
        if (roles.Operator != address)
        {
            if (roles.Operator != old) notes.Add($"the executor's operator is neither of the two, but {roles.Operator}");
            transactions.Add(new("setOperator", roles.Owner, executor, Wei.Zero, ChainLibraries.Of(options.Chain).Executor.SetOperator(address)));
        }
        if (sweepTo is { } to) await SweepAsync(old, to, at, transactions, notes, cancellation);
        return new(roles.Operator == address ? RotationState.Configuration : RotationState.Owner, old, [], address, next.Keystore, isMade, transactions, notes);
    }

    private async Task<Address> OldAddressAsync()
    {
        await using var key = OperatorKey.Open(options.Key!, options.Chain, time);
        return key.Signer.Address;
    }

    private async Task<ExecutorState> RolesAsync(Address executor, BlockId at, CancellationToken cancellation)
    {
        try
        {
            return await ChainLibraries.Of(options.Chain).Executor.ReadAsync(client, executor, at, cancellation);
        }
        catch (AbiException error)
        {
            throw new StartupException(ExitCode.Config, "executor.address", $"is {executor}, which does not answer as an executor: {error.Message}", "the address of a LiquidationExecutor");
        }
    }

    /// <summary>Everything but the gas of the transfer at twice the base fee, which no few blocks can exceed.</summary>
    private async Task SweepAsync(Address old, Address to, BlockId at, List<UnsignedTransaction> transactions, List<string> notes, CancellationToken cancellation)
    {
        var balance = await client.GetBalanceAsync(old, at, cancellation);
        var header = await client.GetHeaderAsync(at, cancellation);
        var price = new Wei((header.BaseFeePerGas + Wei.FromGwei(1)).Value * 2u);
        var gas = price * TransferGas;
        if (balance <= gas) notes.Add($"{old} has {balance} wei, which a transfer would cost: nothing to sweep");
        else transactions.Add(new("sweep", old, to, balance - gas, ReadOnlyMemory<byte>.Empty, await client.GetTransactionCountAsync(old, at, cancellation), TransferGas, price));
    }
}
