using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Policy;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission.Policy;

public sealed class CodeReaderTests
{
    private static readonly Address Plain = ScriptedProtocol.AddressOf(1), Proxy = ScriptedProtocol.AddressOf(2), Logic = ScriptedProtocol.AddressOf(3), Later = ScriptedProtocol.AddressOf(4), Beacon = ScriptedProtocol.AddressOf(5);
    private static readonly UInt256 ImplementationSlot = UInt256.Parse("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");
    private static readonly UInt256 BeaconSlot = UInt256.Parse("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50");
    private static readonly byte[] Simple = [0x60, 0x01], Forwarding = [0xf4], One = [0x01], Two = [0x02];

    private readonly ScriptedChain _chain = new() { Codes = { [Plain] = Simple, [Proxy] = Forwarding, [Logic] = One, [Later] = Two, [Beacon] = [] } };
    private CodeReader Reader => field ??= new(_chain, Keccak.Hash);

    [Fact]
    public async Task Contracts_that_cannot_forward_cost_one_request_however_many_they_are()
    {
        await ReadAsync(Plain, Logic, Later);
        Assert.Equal(["hashes 3", "code", "code", "code"], Take());
        var found = await ReadAsync(Plain, Logic, Later);
        Assert.Equal(["hashes 3"], Take());
        Assert.Equal(new CodeFound(Keccak.Hash(Simple)), found[Plain]);
    }

    [Fact]
    public async Task A_proxy_costs_one_request_more_and_where_it_leads_to_none()
    {
        Lead(Proxy, ImplementationSlot, Logic);
        await ReadAsync(Plain, Proxy);
        Take();
        Assert.Equal(new CodeFound(Keccak.Hash(Forwarding), Logic, Keccak.Hash(One)), (await ReadAsync(Plain, Proxy))[Proxy]);
        Assert.Equal(["hashes 3", "slots 1"], Take());

        Lead(Proxy, ImplementationSlot, Later);
        Assert.Equal(new CodeFound(Keccak.Hash(Forwarding), Later, Keccak.Hash(Two)), (await ReadAsync(Plain, Proxy))[Proxy]);
        Assert.Equal(["hashes 3", "slots 1", "hashes 1"], Take());
    }

    [Fact]
    public async Task A_contract_that_forwards_and_is_no_proxy_is_asked_again_at_every_eighth_reading()
    {
        for (var reading = 0; reading < 8; reading++)
        {
            Assert.Null((await ReadAsync(Proxy))[Proxy].Implementation);
            Assert.Equal(reading == 0 ? ["hashes 1", "code", "slots 1", "slots 1"] : ["hashes 1"], Take());
            Lead(Proxy, ImplementationSlot, Logic);
        }
        for (var reading = 8; reading < 18; reading++) Assert.Equal(Logic, (await ReadAsync(Proxy))[Proxy].Implementation);
    }

    [Fact]
    public async Task A_beacon_is_asked_where_its_proxies_lead_to()
    {
        Lead(Proxy, BeaconSlot, Beacon);
        _chain.Answer = (_, _) => Names(Logic);
        Assert.Equal(Logic, (await ReadAsync(Proxy))[Proxy].Implementation);
        _chain.Answer = (_, _) => Names(Later);
        Assert.Equal((Later, Keccak.Hash(Two)), (await ReadAsync(Proxy))[Proxy] is var found ? (found.Implementation, found.ImplementationCodeHash) : default);
    }

    [Fact]
    public async Task A_contract_whose_new_code_can_forward_has_its_slots_read_at_once()
    {
        await ReadAsync(Plain);
        _chain.Codes[Plain] = Forwarding;
        Lead(Plain, ImplementationSlot, Logic);
        Assert.Equal(new CodeFound(Keccak.Hash(Forwarding), Logic, Keccak.Hash(One)), (await ReadAsync(Plain))[Plain]);
    }

    [Fact]
    public async Task A_node_that_runs_no_constructors_is_asked_for_the_code()
    {
        _chain.RunsConstructors = false;
        Lead(Proxy, ImplementationSlot, Logic);
        var found = await ReadAsync(Plain, Proxy, Beacon);
        Assert.Equal((new CodeFound(Keccak.Hash(Simple)), new CodeFound(Keccak.Hash(Forwarding), Logic, Keccak.Hash(One)), new CodeFound(null)), (found[Plain], found[Proxy], found[Beacon]));
    }

    [Fact]
    public async Task A_chain_whose_hashes_are_of_something_else_than_the_code_is_asked_for_the_code()
    {
        _chain.HashOfCode = code => Keccak.Hash([.. code, 0x7f]);
        Assert.Equal(new CodeFound(Keccak.Hash(Simple)), (await ReadAsync(Plain))[Plain]);
        Take();
        Assert.Equal(new CodeFound(Keccak.Hash(Simple)), (await ReadAsync(Plain))[Plain]);
        Assert.Equal(["code"], Take());
    }

    [Fact]
    public async Task Nothing_and_an_account_without_code_are_no_contract()
    {
        Assert.Equal(new CodeFound(null), (await ReadAsync(Beacon))[Beacon]);
        _chain.HashOfCode = _ => Hash32.Zero;
        Assert.Equal(new CodeFound(null), (await ReadAsync(Beacon))[Beacon]);
    }

    private Task<IReadOnlyDictionary<Address, CodeFound>> ReadAsync(params Address[] addresses) => Reader.ReadAsync(addresses, BlockId.Latest, CancellationToken.None);

    private string[] Take()
    {
        string[] taken = [.. _chain.CodeReads];
        _chain.CodeReads.Clear();
        return taken;
    }

    private static CallResult Names(Address implementation) => new CallResult.Returned(new AbiWriter().Word(implementation).ToArray());

    private void Lead(Address proxy, UInt256 slot, Address to) => _chain.Storage[new(proxy, slot)] = new(UInt256.ReadBigEndian(new AbiWriter().Word(to).ToArray()));
}
