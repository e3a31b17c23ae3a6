using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>A fixed chain: the same transactions of the same key at the same times, so that every hash is the same wherever it is played.</summary>
internal sealed class RecordedScene
{
    /// <summary>Before the first block.</summary>
    public const string StartTime = "1700000000";

    /// <summary>An account that only ever receives.</summary>
    public static Address Receiver { get; } = Address.Parse("0x00000000000000000000000000000000000a11ce");

    private readonly List<SignedTransaction> _all = [];

    private RecordedScene() { }

    /// <summary>Creations of <see cref="TinyContracts"/> and of this repository's contracts, by name.</summary>
    public Dictionary<string, Hash32> Creations { get; } = [];

    /// <summary>Every transaction, by name, in order.</summary>
    public List<(string Name, Hash32 Hash)> Transactions { get; } = [];

    public Address Sender => _all[0].Sender;

    /// <summary>Signs the transactions; needs no node.</summary>
    public static async Task<RecordedScene> PrepareAsync()
    {
        var scene = new RecordedScene();
        using var key = LocalSigner.FromHex("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
        await scene.CreateAsync(key, "echo", TinyContracts.Echo, legacy: true);
        await scene.CreateAsync(key, "reverter", TinyContracts.Reverter);
        await scene.CreateAsync(key, "cell", TinyContracts.Cell);
        for (var topics = 0; topics <= 4; topics++) await scene.CreateAsync(key, $"emitter of {topics}", TinyContracts.EmitterOf(topics));
        await scene.CreateAsync(key, "aggregator", Artifact.Load("Aggregator").DeployData(new AbiWriter().Word(8UL).Bytes("ETH / USD"u8).ToArray()));
        await scene.CreateAsync(key, "token", Artifact.Load("TestToken").DeployData(new AbiWriter().Bytes("Test dollar"u8).Bytes("tUSD"u8).ToArray()));
        await scene.CreateAsync(key, "executor", Keeper.Chain.Native.NativeChainLibrary.Instance.Executor.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), new(key.Address, Receiver, Receiver)));

        await scene.CallAsync(key, "a stored word", "cell", TinyContracts.Words(7u));
        await scene.CallAsync(key, "a log without topics", "emitter of 0", TinyContracts.Words(1u, 2u));
        await scene.CallAsync(key, "a log without data", "emitter of 1", TinyContracts.Words(0xfeedu));
        await scene.CallAsync(key, "a log of two topics", "emitter of 2", TinyContracts.Words(0xfeedu, 2u, 0x22u));
        await scene.CallAsync(key, "a log with long data", "emitter of 3", [.. TinyContracts.Words(0xfeedu, 2u, 3u), .. Enumerable.Range(0, 3001).Select(i => (byte)(i % 251))]);
        await scene.CallAsync(key, "a log of four topics", "emitter of 4", [.. TinyContracts.Words(0xfeedu, UInt256.MaxValue, 0u, 4u), 1, 2, 3, 4, 5], legacy: true);
        await scene.CallAsync(key, "a price", "aggregator", new AbiWriter().Word(250_000_000_000UL).ToCall(Keccak.Selector("transmit(int192)")));
        await scene.CallAsync(key, "minted", "token", new AbiWriter().Word(key.Address).Word(1_000_000UL).ToCall(Keccak.Selector("mint(address,uint256)")));
        await scene.CallAsync(key, "transferred", "token", new AbiWriter().Word(Receiver).Word(1_234UL).ToCall(Keccak.Selector("transfer(address,uint256)")));
        await scene.CallAsync(key, "an allowed token", "executor", Keeper.Chain.Native.NativeChainLibrary.Instance.Executor.AllowToken(scene.AddressOf("token"), allowed: true));
        await scene.CallAsync(key, "a reverted call", "reverter", TinyContracts.Words(5u));
        await scene.SendAsync(key, "a legacy transfer", Receiver, [], value: new Wei(12_345u), legacy: true);
        await scene.SendAsync(key, "a transfer", Receiver, [], value: new Wei(UInt256.Parse("1000000000000000000")));
        for (var i = 0u; i < 3; i++) await scene.CallAsync(key, $"{Together} {i}", "emitter of 2", TinyContracts.Words(0xfeedu, i, i));
        return scene;
    }

    private const string Together = "in one block";

    /// <summary>Plays the transactions on a fresh node: each in a block of its own, the last ones together, then three empty blocks.</summary>
    public async Task PlayAsync(AnvilNode node)
    {
        await node.Rpc.RequestAsync("anvil_setBlockTimestampInterval", 1);
        foreach (var (signed, named) in _all.Zip(Transactions).Where(pair => !pair.Second.Name.StartsWith(Together, StringComparison.Ordinal)))
        {
            await node.Rpc.RequestAsync("eth_sendRawTransaction", signed.Raw);
            await node.ReceiptAsync(named.Hash);
        }
        await node.Rpc.RequestAsync("evm_setAutomine", false);
        foreach (var (signed, _) in _all.Zip(Transactions).Where(pair => pair.Second.Name.StartsWith(Together, StringComparison.Ordinal))) await node.Rpc.RequestAsync("eth_sendRawTransaction", signed.Raw);
        await node.MineAsync();
        await node.MineAsync(3);
    }

    private async Task CreateAsync(LocalSigner key, string name, byte[] initCode, bool legacy = false) => Creations[name] = await SendAsync(key, $"creation of {name}", null, initCode, legacy: legacy);

    private Task<Hash32> CallAsync(LocalSigner key, string name, string contract, byte[] data, bool legacy = false) => SendAsync(key, name, AddressOf(key.Address, contract), data, legacy: legacy);

    private async Task<Hash32> SendAsync(LocalSigner key, string name, Address? to, byte[] data, Wei value = default, bool legacy = false)
    {
        var fees = legacy ? Fees.Legacy(Wei.FromGwei(20)) : new Fees(Wei.FromGwei(30), Wei.FromGwei(2));
        var signed = await key.SignAsync(new TransactionFields(31337, (ulong)_all.Count, to, value, data, new Gas(5_000_000), fees), CancellationToken.None);
        _all.Add(signed);
        Transactions.Add((name, signed.Hash));
        return signed.Hash;
    }

    public Address AddressOf(string contract) => AddressOf(Sender, contract);

    /// <summary>Where the creation puts its contract: the end of the hash of creator and nonce, for nonces below 128.</summary>
    private Address AddressOf(Address creator, string contract)
    {
        var nonce = _all.FindIndex(signed => signed.Hash == Creations[contract]);
        Span<byte> bytes = stackalloc byte[20];
        creator.CopyTo(bytes);
        Span<byte> hash = stackalloc byte[32];
        Keccak.Hash([0xd6, 0x94, .. bytes, nonce == 0 ? (byte)0x80 : (byte)nonce]).CopyTo(hash);
        return new Address(hash[12..]);
    }
}
