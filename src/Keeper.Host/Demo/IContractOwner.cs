using Keeper.Core.Primitives;

namespace Keeper.Host.Demo;

/// <summary>Port: one who deploys contracts and owns them, on a chain for demonstrations or tests. Each of its transactions is mined when its task ends.</summary>
internal interface IContractOwner
{
    Address Owner { get; }

    /// <exception cref="InvalidOperationException">It reverted.</exception>
    Task<Address> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken cancellation);

    /// <inheritdoc cref="DeployAsync"/>
    Task CallAsync(Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation);

    /// <summary>The result of a view at the newest block.</summary>
    Task<ReadOnlyMemory<byte>> ViewAsync(Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation);
}
