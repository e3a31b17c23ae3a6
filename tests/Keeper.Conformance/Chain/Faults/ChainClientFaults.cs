using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Chain.Faults;

/// <summary>
/// What every implementation of <see cref="IChainClient"/> does with a node that answers wrongly, or not at all: a named outcome, counted
/// once, few requests, no secret in any word, and never a zero that the node did not say. A client that differs overrides the test and says why.
/// </summary>
public abstract partial class ChainClientFaults
{
    // No fields: the tables of the other files need them, in whatever order the parts are initialised.
    private static Address Someone => Address.Parse("0x00000000000000000000000000000000000000aa");
    private static Hash32 Asked => new((UInt256)0xa5edu);

    /// <summary>A client with exactly these endpoints, bounds and retries; it has connected to nothing yet.</summary>
    protected abstract IChainClient Connect(ClientSetup setup);

    public static TheoryData<Transport> OneTransport => new() { Transport.Http, Transport.Socket };

    public static TheoryData<Transport> WithSocket => new() { Transport.Socket, Transport.Both };

    private Task<FaultStage> SetAsync(Transport transport, Func<ClientSetup, ClientSetup>? alter = null) => FaultStage.SetAsync(Connect, transport, alter);

    private static Func<ClientSetup, ClientSetup> Timeout(double seconds) =>
        setup => setup with { Endpoints = [.. setup.Endpoints.Select(endpoint => endpoint with { RequestTimeout = TimeSpan.FromSeconds(seconds) })] };

    /// <summary>The read fails with one of the faults, and says nothing that it should not.</summary>
    private static async Task<ChainException> FailsAsync(FaultStage stage, Func<IChainClient, CancellationToken, Task> read, params ChainFault[] faults)
    {
        var error = await Assert.ThrowsAsync<ChainException>(() => read(stage.Client, stage.Patience));
        Assert.Contains(error.Fault, faults);
        stage.AssertNoSecret(error.ToString());
        return error;
    }

    private static Task<ulong> ChainIdAsync(IChainClient client, CancellationToken cancellation) => client.GetChainIdAsync(cancellation);

    private static Task CallAsync(IChainClient client, CancellationToken cancellation) => client.CallAsync([new CallRequest(Someone, default)], BlockId.Latest, cancellation);

    private static Task ReceiptAsync(IChainClient client, CancellationToken cancellation) => client.GetReceiptsAsync([Asked], cancellation);

    private static Task LogsAsync(IChainClient client, CancellationToken cancellation) =>
        client.GetLogsAsync(new LogFilter([ScriptedBlocks.Emitter], [ScriptedBlocks.Topic]), 2, 4, cancellation);

    private static TheoryData<string, Transport> Cross(IEnumerable<string> names)
    {
        var data = new TheoryData<string, Transport>();
        foreach (var name in names)
            foreach (var transport in (Transport[])[Transport.Http, Transport.Socket])
                data.Add(name, transport);
        return data;
    }

    /// <summary>The receipt that was asked for, right in all.</summary>
    private static object Receipt(BlockRef block) => new
    {
        transactionHash = Asked.ToString(),
        transactionIndex = "0x0",
        blockHash = block.Hash.ToString(),
        blockNumber = $"0x{block.Number:x}",
        from = Someone.ToString(),
        to = Someone.ToString(),
        cumulativeGasUsed = "0x5208",
        gasUsed = "0x5208",
        effectiveGasPrice = "0x7",
        contractAddress = (string?)null,
        logs = new[] { ScriptedBlocks.Log(block) },
        logsBloom = "0x" + new string('0', 512),
        status = "0x1",
        type = "0x2",
    };

    private static string Hex(int bytes) => "0x" + string.Concat(Enumerable.Repeat("5a", bytes));

    private static Dictionary<string, JsonElement> Members(object value) =>
        JsonSerializer.SerializeToElement(value).EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
}
