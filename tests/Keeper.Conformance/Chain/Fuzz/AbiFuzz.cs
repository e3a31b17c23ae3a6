using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Conformance.Chain.Recorded;
using Keeper.Host.Running;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>Spoiled bytes of contracts: what a library cannot read it refuses in order, and all libraries say the same.</summary>
public sealed class AbiFuzz
{
    private static readonly string[] Errors =
    [
        "Error(string)", "Panic(uint256)", "NotOwner()", "DeadlinePassed(uint256)", "NotAllowed(address,bytes4)", "TokenNotAllowed(address)", "InsufficientGas(uint256)", "MinProfitNotMet(address,int256,uint256)", "TokenCallFailed(address)",
    ];

    [Fact]
    public void Spoiled_answers_of_Multicall_are_read_alike()
    {
        foreach (var seed in FuzzSeeds.Of(15_000))
        {
            var random = new Random(seed);
            (bool Success, byte[] Data)[] results = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (random.Next(2) == 0, Bytes(random)))];
            var whole = new AbiWriter().DynamicArray(results, (item, result) => item.Word(result.Success).Bytes(result.Data)).ToArray();
            Same(seed, Spoiled(whole, random), (library, data) => ReadText.Of(library.Multicall.Decode(data, results.Length)));
        }
    }

    [Fact]
    public void Spoiled_reverts_have_the_same_words()
    {
        foreach (var seed in FuzzSeeds.Of(15_000))
        {
            var random = new Random(seed);
            var writer = new AbiWriter();
            for (var words = random.Next(4); words > 0; words--) writer = random.Next(3) == 0 ? writer.Bytes(Bytes(random)) : writer.Word(random.Next(3) == 0 ? UInt256.MaxValue : (UInt256)(ulong)random.Next(70));
            Same(seed, Spoiled(writer.ToCall(Keccak.Selector(JsonMutation.Pick(Errors, random))), random), (library, data) => library.Executor.DescribeRevert(data));
        }
    }

    private static void Same(int seed, byte[] data, Func<IChainLibrary, ReadOnlyMemory<byte>, string> read)
    {
        var readings = ChainLibraries.BuiltIn.Select(library =>
        {
            try
            {
                return read(library, data);
            }
            catch (AbiException)
            {
                return "fault";
            }
        }).ToArray();
        Assert.True(readings.Distinct().Count() == 1, $"KEEPER_FUZZ_SEED={seed}\n{string.Join('\n', ChainLibraries.BuiltIn.Zip(readings, (library, reading) => $"{library.Name}: {reading}"))}\n{Hex.Encode(data)}");
    }

    /// <summary>Cut, lengthened, with bits turned, or with a word that is no offset or length of anything here.</summary>
    private static byte[] Spoiled(byte[] data, Random random)
    {
        for (var steps = random.Next(3); steps > 0 && data.Length > 0; steps--)
        {
            data = data.ToArray();
            switch (random.Next(5))
            {
                case 0: data = data[..random.Next(data.Length)]; break;
                case 1: data = [.. data, .. new byte[random.Next(70)]]; break;
                case 2: data[random.Next(data.Length)] ^= (byte)(1 << random.Next(8)); break;
                case 3: data[random.Next(data.Length)] = (byte)random.Next(256); break;
                default:
                    var at = data.Length % 32 + 32 * random.Next(Math.Max(1, data.Length / 32));
                    if (at + 32 <= data.Length) (random.Next(3) switch { 0 => UInt256.MaxValue, 1 => (UInt256)(ulong)random.Next(2 * data.Length), _ => (UInt256)(1UL << random.Next(64)) }).WriteBigEndian(data.AsSpan(at, 32));
                    break;
            }
        }
        return data;
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(70)];
        random.NextBytes(bytes);
        return bytes;
    }
}
