using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>Reads the code at an address, and where it is a proxy (EIP-1967) the code that it leads to.</summary>
public sealed class CodeReader(IChainClient chain, CodeHasher hash)
{
    /// <summary>EIP-1967: keccak256("eip1967.proxy.implementation") - 1.</summary>
    private static readonly UInt256 ImplementationSlot = UInt256.Parse("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");

    /// <summary>EIP-1967: keccak256("eip1967.proxy.beacon") - 1.</summary>
    private static readonly UInt256 BeaconSlot = UInt256.Parse("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50");

    /// <summary><c>implementation()</c> of a beacon.</summary>
    private const uint Implementation = 0x5c60da1b;

    /// <exception cref="ChainException">The chain could not be asked.</exception>
    public async Task<CodeFound> ReadAsync(Address address, BlockId at, CancellationToken cancellation)
    {
        var code = HashAsync(address, at, cancellation);
        var slot = chain.GetStorageAsync(address, ImplementationSlot, at, cancellation);
        var beacon = chain.GetStorageAsync(address, BeaconSlot, at, cancellation);
        await Task.WhenAll(code, slot, beacon).ConfigureAwait(false);
        var implementation = AddressIn(slot.Result) ?? (AddressIn(beacon.Result) is { } named ? await AskAsync(named, at, cancellation).ConfigureAwait(false) : null);
        return new(code.Result, implementation, implementation is { } target ? await HashAsync(target, at, cancellation).ConfigureAwait(false) : null);
    }

    private async Task<Hash32?> HashAsync(Address address, BlockId at, CancellationToken cancellation)
    {
        var code = await chain.GetCodeAsync(address, at, cancellation).ConfigureAwait(false);
        return code.IsEmpty ? null : hash(code.Span);
    }

    /// <summary>A beacon that does not answer leads to the zero address, which has no code and is therefore refused.</summary>
    private async Task<Address?> AskAsync(Address beacon, BlockId at, CancellationToken cancellation)
    {
        var answer = await chain.CallAsync([new CallRequest(beacon, new AbiWriter().ToCall(Implementation))], at, cancellation).ConfigureAwait(false);
        try
        {
            return answer[0] is CallResult.Returned(var data) ? new AbiReader(data.Span).ReadAddress() : default(Address);
        }
        catch (AbiException)
        {
            return default(Address);
        }
    }

    /// <summary>What a slot holds besides the address of a proxy is none of the standard's.</summary>
    private static Address? AddressIn(Hash32 slot)
    {
        if (slot.IsZero) return null;
        try
        {
            return AbiReader.ToAddress(slot.Word);
        }
        catch (AbiException)
        {
            return null;
        }
    }
}
