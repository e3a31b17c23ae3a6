using Keeper.Chain.Native;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo;

/// <summary>
/// Port: what the demo and its judge know of a protocol. It stands on a <see cref="DemoGround"/>, whose feeds move its prices. Accounts are numbered from 1 in the order in which
/// they are opened.
/// </summary>
internal interface IDemoProtocol
{
    /// <summary>The adapter's type; also the name of the file.</summary>
    string Type { get; }

    /// <summary>What an operator writes into that file, to be turned into JSON.</summary>
    object Config { get; }

    /// <summary>Where its liquidations are told, and by which event.</summary>
    (Address Emitter, Hash32 Topic) Liquidations { get; }

    /// <summary>What the treasury is paid in: dollars at 1e18.</summary>
    Address RewardToken { get; }

    /// <summary>Opens accounts, from barely to well covered: the seed decides. The node mines at each transaction.</summary>
    Task SeedAsync(int accounts, int seed, CancellationToken cancellation);

    /// <summary>The accounts that the protocol itself calls liquidatable at the end of a block.</summary>
    Task<IReadOnlySet<ulong>> LiquidatableAsync(NativeDevNode witness, ulong block, CancellationToken cancellation);

    /// <summary>Whose liquidation a log of <see cref="Liquidations"/> tells.</summary>
    ulong AccountOf(IReadOnlyList<Hash32> topics);

    /// <summary>Whose account an item of the executor deals with; null where it is another protocol's.</summary>
    ulong? AccountOf(Address target, ReadOnlySpan<byte> call);
}
