using Keeper.Core.Chain;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Tests.Support;

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

    /// <summary>The owner's side by the library; <c>execute</c> is encoded by the sender, whichever library it has.</summary>
    public static IReadOnlyDictionary<string, byte[]> Of(IChainLibrary library)
    {
        var executor = library.Executor;
        var questions = Questions(executor);
        return new Dictionary<string, byte[]>
        {
            ["owner()"] = questions[0],
            ["operator()"] = questions[1],
            ["treasury()"] = questions[2],
            ["paused()"] = questions[3],
            ["isTargetAllowed(address,bytes4)"] = questions[4],
            ["isTokenAllowed(address)"] = questions[5],
            ["allowTarget(address,bytes4,bool)"] = executor.AllowTarget(Target, Selector, allowed: true),
            ["allowToken(address,bool)"] = executor.AllowToken(Token, allowed: true),
            ["setOperator(address)"] = executor.SetOperator(Operator),
            ["setPaused(bool)"] = executor.SetPaused(true),
            ["constructor(address,address,address)"] = executor.DeployData(default, new ExecutorRoles(Owner, Operator, Treasury)),
            ["execute of nothing"] = ExecutorCall.Encode([], [], 0),
            ["execute of one item"] = ExecutorCall.Encode(Calls()[1..2], MinProfits.Take(1).ToArray(), Deadline),
            ["execute of all items"] = ExecutorCall.Encode(Calls(), MinProfits, ulong.MaxValue),
        };

        static LiquidationCall[] Calls() => [.. Items.Select(item => new LiquidationCall(item.Target, item.Data, new Gas(item.Gas), default, new RewardToken(Token, UInt256.One), UInt256.Zero, "test"))];
    }

    /// <summary>What is asked of an executor, in order.</summary>
    private static byte[][] Questions(IExecutorContract executor)
    {
        var asked = new List<byte[]>();
        Ask(chain => executor.ReadAsync(chain, Executor, BlockId.Latest, CancellationToken.None), [1, 2, 3, 0]);
        Ask(chain => executor.AreGivenAsync(chain, Executor, [new ExecutorGrant.Call(Target, Selector), new ExecutorGrant.Settlement(Token)], BlockId.Latest, CancellationToken.None), [1, 1]);
        return [.. asked];

        void Ask(Func<IChainClient, Task> question, ulong[] answers)
        {
            var chain = new AnsweringChain([.. answers.Select(word => new CallResult.Returned(new Hash32((UInt256)word).ToArray()))]);
            question(chain).GetAwaiter().GetResult();
            asked.AddRange(chain.Asked.Select(call => Hex.Decode(call.Split(' ')[^1])));
        }
    }

    private static byte[] Data(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)i)];
}
