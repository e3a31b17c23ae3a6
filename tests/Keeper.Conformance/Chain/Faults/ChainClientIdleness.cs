using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain.Faults;

/// <summary>What a client costs while it can do nothing. The processor's time is the whole process's, so these run beside nothing else.</summary>
public abstract class ChainClientIdleness
{
    /// <summary>A client with exactly these endpoints, bounds and retries; it has connected to nothing yet.</summary>
    protected abstract IChainClient Connect(ClientSetup setup);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_takes_no_socket_or_drops_it_at_once_is_not_stormed_and_costs_no_time(bool refuses)
    {
        await using var stage = await FaultStage.SetAsync(Connect, Transport.Socket, setup => setup with { Endpoints = [.. setup.Endpoints.Select(endpoint => endpoint with { RequestTimeout = TimeSpan.FromSeconds(2) })] });
        stage.Node.RefuseSockets = refuses;
        stage.Node.SocketOpened = socket => socket.CloseAsync();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var before = (Sockets: stage.Node.SocketsOpened, Processor: process.TotalProcessorTime);
        var error = await Assert.ThrowsAsync<ChainException>(() => stage.Client.GetChainIdAsync(stage.Patience));
        Assert.Equal(ChainFault.Transport, error.Fault);
        stage.AssertNoSecret(error.ToString());
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        process.Refresh();

        // 100 ms doubled each time and halved by chance at most: seven fit into four seconds; a slow machine sees fewer.
        Assert.InRange(stage.Node.SocketsOpened, 1, 10);
        // A loop that spins takes all of a core.
        Assert.InRange((process.TotalProcessorTime - before.Processor).TotalSeconds, 0, 1.5);
        stage.Node.RefuseSockets = false;
        stage.Node.SocketOpened = null;
        stage.Node.On("eth_chainId", _ => "0x7a69");
        for (var i = 0; ; i++)
        {
            try
            {
                Assert.Equal(31337ul, await stage.Client.GetChainIdAsync(stage.Patience));
                break;
            }
            catch (ChainException) when (i < 20)
            {
                // The wait before the next socket may outlast a request.
            }
        }
        Assert.True(stage.Counted.Reconnects("refused") + stage.Counted.Reconnects("closed") > 0);
    }
}
