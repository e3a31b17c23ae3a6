using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>
/// Everything that can be proven about a configuration without sending: what <c>check</c> shows and <c>run</c> demands.
/// 1: each endpoint, its chain id, and its WebSocket. 2: that its logs are proven as the profile says. 3: one block, at which all that follows is read, and what data
/// costs. 4: the code at each address. 5: where history begins. 6: the executor's roles and allow-list. 7: the key's balance.
/// </summary>
internal sealed class Proofs(KeeperOptions options, Func<IReadOnlyList<EndpointOptions>, IChainClient> connect)
{
    /// <param name="operatorAddress">The key's address; null in a dry run.</param>
    public async Task<IReadOnlyList<Proof>> RunAsync(Address? operatorAddress, CancellationToken cancellation)
    {
        var endpoints = new EndpointProofs(options.Chain, connect);
        var sockets = endpoints.RunSocketsAsync(cancellation);
        var proofs = new List<Proof>(await endpoints.RunAsync(cancellation));
        proofs.AddRange(await sockets);
        if (proofs.Any(proof => proof.State == ProofState.Failed))
        {
            proofs.Add(Proof.NotAsked("protocols, executor, key", "were not asked about: the chain is not proven"));
            return proofs;
        }
        proofs.AddRange(await new CompletenessProof(options.Chain, connect).RunAsync(cancellation));
        await using var client = connect(options.Chain.Endpoints);
        try
        {
            var header = await client.GetHeaderAsync(BlockId.Latest, cancellation);
            var at = BlockId.At(header.Ref);
            proofs.Add(Proof.Ok("chain", $"is read at block {header.Ref}"));
            if (await FeeProof.RunAsync(options.Chain, client, at, cancellation) is { } fees) proofs.Add(fees);
            proofs.AddRange(await CodeProofs.RunAsync(options, client, at, header.Ref.Number, cancellation));
            proofs.AddRange(await HistoryProofs.RunAsync(options, client, header.Ref.Number, TimeProvider.System, cancellation));
            proofs.AddRange(options.Protocols.Where(protocol => !ProtocolCatalog.Create(protocol).IsAudited).Select(NotAudited));
            if (options.Executor is { } executor) proofs.AddRange(await new ExecutorProofs(options, executor, client, at).RunAsync(operatorAddress, null, cancellation));
            if (operatorAddress is { } key) proofs.Add(await BalanceAsync(client, key, at, cancellation));
        }
        catch (ChainException error)
        {
            proofs.Add(Proof.Missing("chain.endpoints", $"gave no answer: {error.Message}", "a node that answers"));
        }
        return proofs;
    }

    /// <exception cref="StartupException">Something failed: everything that did.</exception>
    public static void Require(IReadOnlyList<Proof> proofs)
    {
        var failed = proofs.Where(proof => proof.State == ProofState.Failed).ToArray();
        if (failed.Length > 0) throw new StartupException(CodeOf(failed), [.. failed.Select(proof => proof.ToError())]);
    }

    /// <summary>A wrong configuration goes before a missing neighbour: it does not heal by waiting.</summary>
    public static ExitCode CodeOf(IReadOnlyCollection<Proof> proofs) =>
        proofs.Any(proof => proof.Code == ExitCode.Config) ? ExitCode.Config
        : proofs.Any(proof => proof.Code == ExitCode.Environment) ? ExitCode.Environment
        : ExitCode.Ok;

    /// <summary>Said here, since its audit would look like that of others with nothing to find.</summary>
    private static Proof NotAudited(ProtocolSettings protocol) => Proof.NotAsked(
        $"protocols/{protocol.Name}.json: audit", "has nothing to look at: verdicts are the contract's own words in the block of the decision, and nothing else is held against them");

    private static async Task<Proof> BalanceAsync(IChainClient client, Address key, BlockId at, CancellationToken cancellation)
    {
        var balance = await client.GetBalanceAsync(key, at, cancellation);
        return balance == Wei.Zero
            ? Proof.Warning("key", $"of {key} has no coin to pay gas with", "a balance; nothing is sent until there is one")
            : Proof.Ok("key", $"of {key} has {balance} wei");
    }
}
