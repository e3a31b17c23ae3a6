using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>
/// Port: a development node whose accounts are unlocked. It deploys, sends and mines; nothing here is for a chain that anybody else
/// uses. Throws <see cref="ChainException"/> where the node cannot be asked or refuses. Nothing is repeated.
/// </summary>
public interface IDevNode : IAsyncDisposable
{
    /// <summary>The node's own accounts.</summary>
    Task<IReadOnlyList<Address>> AccountsAsync(CancellationToken cancellation);

    /// <summary>Deploys and waits for the receipt.</summary>
    /// <exception cref="InvalidOperationException">It reverted.</exception>
    /// <exception cref="TimeoutException">It was not mined.</exception>
    Task<Address> DeployAsync(Address from, ReadOnlyMemory<byte> initCode, CancellationToken cancellation);

    /// <summary>Sends and waits for the receipt.</summary>
    /// <exception cref="InvalidOperationException">It reverted.</exception>
    /// <exception cref="TimeoutException">It was not mined.</exception>
    Task TransactAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation);

    /// <summary>Hands a transaction to the node, which signs it; does not wait.</summary>
    Task<Hash32> SendAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation);

    /// <summary>The result of a view.</summary>
    /// <param name="block">Null is the newest.</param>
    Task<ReadOnlyMemory<byte>> ViewAsync(Address to, ReadOnlyMemory<byte> data, ulong? block, CancellationToken cancellation);

    Task<ulong> BlockNumberAsync(CancellationToken cancellation);

    /// <summary>Gives an account this much of the native coin.</summary>
    Task SetBalanceAsync(Address account, Wei balance, CancellationToken cancellation);

    /// <summary>From mining at each transaction to mining at this interval.</summary>
    Task MineEveryAsync(int seconds, CancellationToken cancellation);
}
