using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>
/// Reads the code at addresses, and where one is a proxy (EIP-1967) the code that it leads to. In few requests, since it is done at many heads: one for all
/// hashes (<see cref="CodeHashCall"/>), and one for each proxy. Whether a contract is one is asked only where its code can forward calls at all
/// (<see cref="ForwardingCode"/>). One reading at a time.
/// </summary>
public sealed class CodeReader(IChainClient chain, CodeHasher hash)
{
    /// <summary>EIP-1967: keccak256("eip1967.proxy.implementation") - 1.</summary>
    private static readonly UInt256 ImplementationSlot = UInt256.Parse("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");

    /// <summary>EIP-1967: keccak256("eip1967.proxy.beacon") - 1.</summary>
    private static readonly UInt256 BeaconSlot = UInt256.Parse("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50");

    /// <summary><c>implementation()</c> of a beacon.</summary>
    private const uint Implementation = 0x5c60da1b;

    /// <summary>A contract that forwards to parts of its own, and was no proxy so far, is asked whether it has become one at every reading of so many.</summary>
    private const int ReadingsBetween = 8;

    /// <summary>Kinds of code that are remembered.</summary>
    private const int MaxKnown = 256;

    private readonly Hash32 _noCode = hash([]);

    /// <summary>By the hash of code: whether it can forward calls.</summary>
    private readonly Dictionary<Hash32, bool> _forwards = [];

    /// <summary>By address, the hash of code that can forward calls, where the slots named no proxy.</summary>
    private readonly Dictionary<Address, Hash32> _noProxies = [];

    /// <summary>Where proxies led to when they were read last: asked for with the rest.</summary>
    private IReadOnlyCollection<Address> _led = [];

    /// <summary>The chain's EXTCODEHASH is something else than the hash of the code.</summary>
    private bool _mustAskForCode;

    private int _readings;

    /// <exception cref="ChainException">The chain could not be asked.</exception>
    public async Task<IReadOnlyDictionary<Address, CodeFound>> ReadAsync(IReadOnlyCollection<Address> addresses, BlockId at, CancellationToken cancellation)
    {
        if (_forwards.Count > MaxKnown) _forwards.Clear();

        // 1. The hash of each code.
        var hashes = new Dictionary<Address, Hash32?>();
        await AddHashesAsync(hashes, [.. addresses.Union(_led)], at, cancellation).ConfigureAwait(false);

        // 2. Code that was not seen before is read itself.
        Address[] unseen = [.. addresses.Distinct().Where(address => hashes[address] is { } told && !_forwards.ContainsKey(told))];
        var read = await ReadCodeAsync(unseen, at, cancellation).ConfigureAwait(false);
        _mustAskForCode |= unseen.Where((address, i) => hashes[address] != read[i]).Any();
        for (var i = 0; i < unseen.Length; i++) hashes[unseen[i]] = read[i];

        // 3. Where proxies lead to, and the hash of the code there.
        var asksAll = _readings++ % ReadingsBetween == 0;
        Address[] forwarding = [.. addresses.Distinct().Where(address => hashes[address] is { } known && _forwards[known] && (asksAll || _noProxies.GetValueOrDefault(address) != known))];
        var leads = await LeadsAsync(forwarding, at, cancellation).ConfigureAwait(false);
        foreach (var address in forwarding) _noProxies[address] = leads.ContainsKey(address) ? Hash32.Zero : hashes[address]!.Value;
        _led = [.. leads.Values.Distinct()];
        await AddHashesAsync(hashes, [.. _led.Where(target => !hashes.ContainsKey(target))], at, cancellation).ConfigureAwait(false);
        return addresses.Distinct().ToDictionary(
            address => address, address => leads.TryGetValue(address, out var target) ? new CodeFound(hashes[address], target, hashes[target]) : new CodeFound(hashes[address]));
    }

    private async Task AddHashesAsync(Dictionary<Address, Hash32?> hashes, Address[] addresses, BlockId at, CancellationToken cancellation)
    {
        foreach (var some in addresses.Chunk(CodeHashCall.MaxAddresses))
        {
            var told = _mustAskForCode ? null : CodeHashCall.Decode((await chain.CallAsync([CodeHashCall.Encode(some)], at, cancellation).ConfigureAwait(false))[0], some.Length);
            Hash32?[] found = told is null
                ? await ReadCodeAsync(some, at, cancellation).ConfigureAwait(false)
                : [.. told.Select(one => one.IsZero || one == _noCode ? (Hash32?)null : one)];
            for (var i = 0; i < some.Length; i++) hashes[some[i]] = found[i];
        }
    }

    /// <summary>The hash of each code by the code itself.</summary>
    private async Task<Hash32?[]> ReadCodeAsync(Address[] addresses, BlockId at, CancellationToken cancellation)
    {
        var codes = await Task.WhenAll(addresses.Select(address => chain.GetCodeAsync(address, at, cancellation))).ConfigureAwait(false);
        return [.. codes.Select(code =>
        {
            if (code.IsEmpty) return (Hash32?)null;
            var found = hash(code.Span);
            _forwards[found] = ForwardingCode.IsPossible(code.Span);
            return found;
        })];
    }

    /// <summary>Proxies alone, and the addresses that they lead to.</summary>
    private async Task<Dictionary<Address, Address>> LeadsAsync(Address[] forwarding, BlockId at, CancellationToken cancellation)
    {
        var leads = await SlotsAsync(forwarding, ImplementationSlot, at, cancellation).ConfigureAwait(false);
        var beacons = await SlotsAsync([.. forwarding.Where(address => !leads.ContainsKey(address))], BeaconSlot, at, cancellation).ConfigureAwait(false);
        var answers = await chain.CallAsync([.. beacons.Values.Select(beacon => new CallRequest(beacon, new AbiWriter().ToCall(Implementation)))], at, cancellation).ConfigureAwait(false);
        foreach (var (proxy, answer) in beacons.Keys.Zip(answers)) leads[proxy] = ToImplementation(answer);
        return leads;
    }

    private async Task<Dictionary<Address, Address>> SlotsAsync(Address[] addresses, UInt256 position, BlockId at, CancellationToken cancellation)
    {
        var words = await chain.GetStorageAsync([.. addresses.Select(address => new StorageSlot(address, position))], at, cancellation).ConfigureAwait(false);
        return addresses.Zip(words.Select(AddressIn)).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!.Value);
    }

    /// <summary>A beacon that does not answer leads to the zero address, which has no code and is therefore refused.</summary>
    private static Address ToImplementation(CallResult answer)
    {
        try
        {
            return answer is CallResult.Returned(var data) ? new AbiReader(data.Span).ReadAddress() : default;
        }
        catch (AbiException)
        {
            return default;
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
