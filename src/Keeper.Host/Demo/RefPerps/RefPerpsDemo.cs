using Keeper.Chain.Native;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo.RefPerps;

/// <summary>The reference exchange. Its ids are the accounts' numbers.</summary>
/// <param name="accounts">The last id that is judged, until accounts are opened by <see cref="SeedAsync"/>.</param>
internal sealed class RefPerpsDemo(Deployment deployment, ulong accounts = 0) : IDemoProtocol
{
    /// <summary>Accounts that one view call judges, so that it stays below the node's gas limit of a call.</summary>
    private const ulong AccountsPerCall = 200;

    private ulong _accounts = accounts;

    public string Type => "refperps";
    public object Config => new { type = Type, address = deployment.Perps.ToString(), deployBlock = 0 };
    public (Address Emitter, Hash32 Topic) Liquidations => (deployment.Perps, Signatures.PositionLiquidated);
    public Address RewardToken => deployment.Token;

    public async Task SeedAsync(int accounts, int seed, CancellationToken cancellation)
    {
        await deployment.SeedAsync(deployment.Ground.Chain, Population.Generate(accounts, seed), cancellation);
        _accounts = (ulong)accounts;
    }

    public async Task<IReadOnlySet<ulong>> LiquidatableAsync(NativeDevNode witness, ulong block, CancellationToken cancellation)
    {
        var found = new HashSet<ulong>();
        for (ulong from = 1; from <= _accounts; from += AccountsPerCall)
        {
            var to = Math.Min(_accounts, from + AccountsPerCall - 1);
            var answer = await witness.ViewAsync(
                deployment.Lens, new AbiWriter().Word(deployment.Perps).Word(from).Word(to).ToCall(Signatures.LensLiquidatable), block, cancellation);
            foreach (var id in Bits(answer, from, to)) found.Add(id);
        }
        return found;
    }

    public ulong AccountOf(IReadOnlyList<Hash32> topics) => (ulong)topics[1].Word;

    /// <summary>The first argument of every call that the adapter makes.</summary>
    public ulong? AccountOf(Address target, ReadOnlySpan<byte> call) => target == deployment.Perps ? (ulong)UInt256.ReadBigEndian(call[4..36]) : null;

    private static List<ulong> Bits(ReadOnlyMemory<byte> answer, ulong from, ulong to)
    {
        var reader = new AbiReader(answer.Span);
        var liquidatable = reader.ReadOffset().ReadBytes();
        var failed = reader.ReadOffset().ReadBytes();
        if (failed.IndexOfAnyExcept((byte)0) >= 0) throw new InvalidOperationException("The exchange refused to judge an account: a feed is stale.");
        var ids = new List<ulong>();
        for (var id = from; id <= to; id++)
        {
            if ((liquidatable[(int)(id - from) / 8] >> (int)((id - from) % 8) & 1) != 0) ids.Add(id);
        }
        return ids;
    }
}
