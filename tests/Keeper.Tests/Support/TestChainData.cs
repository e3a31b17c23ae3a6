using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Tests.Support;

/// <summary>Blocks, logs and gas markets of made-up chains.</summary>
internal static class TestChainData
{
    public const ulong Genesis = 1_000_000;

    /// <summary>Twelve seconds between blocks; a branch has hashes of its own.</summary>
    public static BlockRef Block(ulong number, ulong branch = 0, BlockRef? after = null) => new(
        number, BlockHash(number, branch), after?.Hash ?? (number == 0 ? Hash32.Zero : BlockHash(number - 1, branch)), Genesis + 12 * number);

    public static Hash32 BlockHash(ulong number, ulong branch = 0) => new(new UInt256(number, branch, 0xb10c));

    public static ChainEvent.Block Event(BlockRef block, params IReadOnlyList<Log> logs) => new(block, Wei.FromGwei(9), new Gas(60_000_000), logs);

    public static Log Log(BlockRef block, Address address, Hash32 topic, byte[] data, Hash32 topic1 = default, Hash32 transaction = default, uint index = 0) =>
        new(address, 2, topic, topic1, default, default, data, block.Number, block.Hash, transaction, index);

    public static byte[] Word(UInt256 value) => new AbiWriter().Word(value).ToArray();

    public static GasMarket Market(ulong baseGwei = 10, ulong tipGwei = 1, ulong highGwei = 2, bool isLegacy = false) =>
        new(Wei.FromGwei(baseGwei), Wei.FromGwei(tipGwei), Wei.FromGwei(highGwei), new Gas(60_000_000), isLegacy);

    public static RewardToken Dollar { get; } = new(Address.Parse("0x00000000000000000000000000000000000d011a"), 1_000_000_000_000_000_000UL, "USDX", 18, "unit of account");
}
