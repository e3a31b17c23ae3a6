using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Conformance.Chain.Recorded;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>A client's reading of given bytes, without a network: each question gets the body that was laid down.</summary>
internal sealed class FedNode : IRpcTransport
{
    private static readonly RpcEndpoint Endpoint = new() { Name = "fed", HttpUrl = new Uri("http://fed.invalid"), RequestTimeout = TimeSpan.FromMinutes(5) };

    private readonly INode _node;
    private Func<long, byte[]> _body = static _ => [];

    public FedNode(INodeDriver driver)
    {
        Name = driver.Name;
        _node = driver.Open(Endpoint, this, TimeProvider.System);
    }

    public string Name { get; }

    /// <summary>The value as text, or how the reading failed.</summary>
    /// <param name="body">By the first id of the request.</param>
    public async Task<string> AskAsync(Func<INode, Task<string>> question, Func<long, byte[]> body)
    {
        _body = body;
        try
        {
            return await question(_node);
        }
        catch (ChainException error)
        {
            return $"fault {error.Fault}";
        }
        catch (NodeErrorException error)
        {
            return $"the node's error {error.Failure.Code} {error.Failure.Message} {(error.Failure.RevertData is { } data ? ReadText.Of(data) : "")}";
        }
        catch (Exception error)
        {
            return $"{Broken}{error.GetType().Name}: {error.StackTrace}";
        }
    }

    /// <summary>What no reading may end with.</summary>
    public const string Broken = "threw ";

    public Task<T> ExchangeAsync<T>(ReadOnlyMemory<byte> payload, long firstId, int count, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellation) => Task.FromResult(read(_body(firstId)));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
