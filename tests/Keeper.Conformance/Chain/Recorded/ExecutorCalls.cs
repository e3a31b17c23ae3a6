using Keeper.Chain.Native.Contracts;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Host.Contracts;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>The calls of the executor that are compared byte for byte, with their arguments.</summary>
internal static class ExecutorCalls
{
    public const uint Selector = 0xa1b2c3d4;
    public const ulong Deadline = 1_900_000_000;

    public static Address Executor { get; } = Address.Parse("0xe0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0");
    public static Address Owner { get; } = Address.Parse("0x1111111111111111111111111111111111111111");
    public static Address Operator { get; } = Address.Parse("0x2222222222222222222222222222222222222222");
    public static Address Treasury { get; } = Address.Parse("0xffffffffffffffffffffffffffffffffffffffff");
    public static Address Target { get; } = Address.Parse("0x00000000000000000000000000000000000000aa");
    public static Address Token { get; } = Address.Parse("0xaa00000000000000000000000000000000000000");

    /// <summary>Target, gas and data of each item: data of no, of 4, of 32 and of 33 bytes.</summary>
    public static IReadOnlyList<(Address Target, ulong Gas, byte[] Data)> Items { get; } =
        [(Target, 0, []), (Treasury, 1_000_000, [0xa1, 0xb2, 0xc3, 0xd4]), (Target, ulong.MaxValue, Data(32)), (Owner, 21_000, Data(33))];

    public static IReadOnlyList<(Address Token, UInt256 Amount)> MinProfits { get; } = [(Token, UInt256.Zero), (Treasury, UInt256.MaxValue)];

    public static IReadOnlyDictionary<string, byte[]> BuiltIn()
    {
        var contract = new ExecutorContract();
        var created = contract.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), new(Owner, Operator, Treasury));
        return new Dictionary<string, byte[]>
        {
            ["owner()"] = ExecutorContract.View(Executor, "owner()").Data.ToArray(),
            ["operator()"] = ExecutorContract.View(Executor, "operator()").Data.ToArray(),
            ["treasury()"] = ExecutorContract.View(Executor, "treasury()").Data.ToArray(),
            ["paused()"] = ExecutorContract.View(Executor, "paused()").Data.ToArray(),
            ["isTargetAllowed(address,bytes4)"] = ExecutorContract.Question(Executor, new ExecutorGrant.Call(Target, Selector)).Data.ToArray(),
            ["isTokenAllowed(address)"] = ExecutorContract.Question(Executor, new ExecutorGrant.Settlement(Token)).Data.ToArray(),
            ["allowTarget(address,bytes4,bool)"] = contract.AllowTarget(Target, Selector, allowed: true),
            ["allowToken(address,bool)"] = contract.AllowToken(Token, allowed: true),
            ["constructor(address,address,address)"] = created[^96..], // the code before it changes with the contract
            ["execute of nothing"] = ExecutorCall.Encode([], [], 0),
            ["execute of one item"] = ExecutorCall.Encode(Calls()[1..2], MinProfits.Take(1).ToArray(), Deadline),
            ["execute of all items"] = ExecutorCall.Encode(Calls(), MinProfits, ulong.MaxValue),
        };

        static LiquidationCall[] Calls() => [.. Items.Select(item => new LiquidationCall(item.Target, item.Data, new Gas(item.Gas), default, new RewardToken(Token, UInt256.One), UInt256.Zero, "test"))];
    }

    private static byte[] Data(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)i)];
}
