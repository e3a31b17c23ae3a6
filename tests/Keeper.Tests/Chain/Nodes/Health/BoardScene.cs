using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Nodes.Health;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Tests.Chain.Nodes.Health;

/// <summary>A board of endpoints named a, b, c and so on, on a chain of one block a second whose clock stands still until it is moved.</summary>
internal sealed class BoardScene
{
    public const ulong ChainId = 31337;
    private readonly ListLogger<EndpointBoard> _log = new();

    public BoardScene(int endpoints) => Board = new EndpointBoard(
        [.. Enumerable.Range(0, endpoints).Select(i => ((char)('a' + i)).ToString())], Options, Time, _log);

    public HealthOptions Options { get; } = new(ChainId, TimeSpan.FromSeconds(1));
    public SettableTime Time { get; } = new();
    public EndpointBoard Board { get; }

    /// <summary>What was told to the operator.</summary>
    public string Told => string.Join(" | ", _log.Lines);

    /// <summary>Blocks of two branches have nothing in common above block 10.</summary>
    public static BlockRef Block(ulong number, string branch = "main") => new(number, HashOf(number, branch), HashOf(number - 1, branch), 1_000 + number);

    public bool Announce(int endpoint, ulong number, string branch = "main") => Board.Heard(endpoint, Block(number, branch), isAnnounced: true);

    /// <summary>A second passes, and each endpoint tells its next block.</summary>
    public void Mine(ulong number, params IReadOnlyList<string?> branches)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < branches.Count; i++)
            if (branches[i] is { } branch) Announce(i, number, branch);
        Board.Tick();
    }

    public void Look(int endpoint, ulong newest, string branch = "main", ulong? chainId = ChainId, params ulong[] heights) =>
        Board.Looked(endpoint, chainId, Block(newest, branch), [.. heights.Select(height => Block(height, branch))]);

    /// <summary>The endpoint answers what the board asks, from this branch.</summary>
    public void Answer(int endpoint, ulong newest, string branch = "main", ulong chainId = ChainId)
    {
        var question = Board.Due(endpoint);
        Assert.NotNull(question);
        Look(endpoint, newest, branch, question.ChainId ? chainId : null, [.. question.Heights.Where(height => height <= newest)]);
    }

    private static Hash32 HashOf(ulong number, string branch) => Keccak.Hash(Encoding.ASCII.GetBytes(number <= 10 && branch != "alien" ? $"{number}" : $"{branch} {number}"));
}
