using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;

namespace Keeper.Core.OrderFlow;

/// <summary>Endpoints that take <c>eth_sendRawTransaction</c> and keep the bytes from the public pool.</summary>
public sealed class PrivateEndpoints : IPrivateFlow
{
    private readonly IReadOnlyList<INode> _nodes;
    private readonly FanOut _fanOut = new();

    /// <param name="endpoints">With HTTP URLs.</param>
    public PrivateEndpoints(IReadOnlyList<RpcEndpoint> endpoints, int blocks, INodeDriver driver, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        Blocks = blocks;
        _nodes = [.. endpoints.Select(endpoint => driver.Open(endpoint.Validate(), new HttpTransport(endpoint), time))];
    }

    public int Blocks { get; }

    public Task<SendResult> SendAsync(PrivateOrder order, CancellationToken cancellation) =>
        _fanOut.SendAsync([.. _nodes.Select(node => new Recipient(node.Name, token => node.SendRawTransactionAsync(order.Raw, token)))], cancellation);

    public async ValueTask DisposeAsync()
    {
        await _fanOut.DisposeAsync().ConfigureAwait(false);
        foreach (var node in _nodes) await node.DisposeAsync().ConfigureAwait(false);
    }
}
