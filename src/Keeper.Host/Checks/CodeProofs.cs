using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;

namespace Keeper.Host.Checks;

/// <summary>That there is a contract at each address, and the one whose hash is pinned.</summary>
internal static class CodeProofs
{
    /// <summary>EIP-1967: keccak256("eip1967.proxy.implementation") - 1.</summary>
    private static readonly UInt256 ImplementationSlot = UInt256.Parse("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");

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
            var implementation = await client.GetStorageAsync(protocol.Address, ImplementationSlot, at, cancellation);
            if (!implementation.IsZero)
                proofs.Add(Proof.Warning(field, $"is a proxy of {implementation}: its code hash does not change with an upgrade", "somebody who watches the implementation"));
        }
        if (options.Chain.Profile.Multicall is { } multicall)
            proofs.Add(await ProveAsync(client, $"chains/{options.Chain.Id}.json: multicall", multicall, null, at, cancellation));
        if (options.Chain.Profile.NativePriceFeed is { } feed)
            proofs.Add(await ProveAsync(client, $"chains/{options.Chain.Id}.json: nativePriceFeed", feed, null, at, cancellation));
        return proofs;
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
