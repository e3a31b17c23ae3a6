using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Policy;
using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>That there is a contract at each address, and the one whose hash is pinned.</summary>
internal static class CodeProofs
{
    /// <param name="head">The number of that block.</param>
    public static async Task<IReadOnlyList<Proof>> RunAsync(KeeperOptions options, IChainClient client, BlockId at, ulong head, CancellationToken cancellation)
    {
        var proofs = new List<Proof>();
        foreach (var protocol in options.Protocols)
        {
            var field = $"protocols/{protocol.Name}.json: address";
            proofs.Add(await ProveAsync(client, field, protocol.Address, protocol.CodeHash, at, cancellation));
            if (protocol.DeployBlock > head)
                proofs.Add(Proof.Wrong($"protocols/{protocol.Name}.json: deployBlock", $"is {protocol.DeployBlock}, the chain is at block {head}: no log would be read", "the block that the contract was deployed in"));
            if (await ImplementationAsync(client, $"protocols/{protocol.Name}.json: implementationCodeHash", protocol.Address, protocol.ImplementationCodeHash, at, cancellation) is { } implementation)
                proofs.Add(implementation);
        }
        if (options.Executor is { } executor && await ImplementationAsync(client, "executor.implementationCodeHash", executor.Address, executor.ImplementationCodeHash, at, cancellation) is { } behind)
            proofs.Add(behind);
        if (options.Chain.Profile.Multicall is { } multicall)
            proofs.Add(await ProveAsync(client, $"chains/{options.Chain.Id}.json: multicall", multicall, null, at, cancellation));
        if (options.Chain.Profile.NativePriceFeed is { } feed)
            proofs.Add(await ProveAsync(client, $"chains/{options.Chain.Id}.json: nativePriceFeed", feed, null, at, cancellation));
        return proofs;
    }

    /// <summary>What a proxy leads to; null where there is none and none is pinned.</summary>
    private static async Task<Proof?> ImplementationAsync(IChainClient client, string field, Address address, Hash32? pinned, BlockId at, CancellationToken cancellation)
    {
        var found = (await new CodeReader(client, Keccak.Hash).ReadAsync([address], at, cancellation))[address];
        if (found.Implementation is not { } implementation)
            return pinned is null ? null : Proof.Wrong(field, $"pins an implementation, but {address} is no proxy", "no such key, or the address of a proxy");
        if (found.ImplementationCodeHash is not { } hash) return Proof.Wrong(field, $"is of {address}, a proxy of {implementation}, where there is no contract", "a proxy of a contract");
        return pinned is null ? Proof.Warning(field, $"is missing, and {address} is a proxy of {implementation} with code hash {hash}: an upgrade while no keeper runs is not noticed", "that hash")
            : pinned != hash ? Proof.Wrong(field, $"is not that of {implementation}, which {address} leads to: its code hash is {hash}", $"code hash {pinned}, as pinned")
            : Proof.Ok(field, $"is that of {implementation}, which {address} leads to");
    }

    public static async Task<Proof> ProveAsync(IChainClient client, string field, Address address, Hash32? pinned, BlockId at, CancellationToken cancellation) =>
        Judge(field, address, pinned, await client.GetCodeAsync(address, at, cancellation));

    public static Proof Judge(string field, Address address, Hash32? pinned, ReadOnlyMemory<byte> code)
    {
        if (code.IsEmpty) return Proof.Wrong(field, $"is {address}, where there is no contract", "the address of a contract on this chain");
        var hash = Keccak.Hash(code.Span);
        return pinned is { } expected && expected != hash
            ? Proof.Wrong(field, $"is {address}, whose code hash is {hash}", $"code hash {expected}, as pinned beside it")
            : Proof.Ok(field, $"is {address}: {code.Length} bytes of code, hash {hash}{(pinned is null ? ", not pinned" : ", as pinned")}");
    }
}
