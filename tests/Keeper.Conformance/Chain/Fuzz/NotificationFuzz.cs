using System.Text;
using Keeper.Conformance.Chain.Recorded;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Following;
using Keeper.Core.Chain.Streaming;
using Keeper.Host.Running;
using Keeper.Tests.Support;
using Log = Keeper.Core.Chain.Log;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>Spoiled messages of a socket to the subscriptions of every client: what one hears the others hear.</summary>
public sealed class NotificationFuzz
{
    private const string Block = "0x00000000000000000000000000000000000000000000000000000000b10c0101";
    private static readonly LogQuery Hints = new([ScriptedBlocks.Emitter], [ScriptedBlocks.Topic]);

    private static readonly string[] Messages =
    [
        """{"jsonrpc":"2.0","id":1,"result":"0xaa"}""",
        """{"jsonrpc":"2.0","id":2,"result":"0xbb"}""",
        """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no subscriptions here"}}""",
        $$$$"""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xaa","result":{"number":"0x101","hash":"{{{{Block}}}}","parentHash":"{{{{Block}}}}","timestamp":"0x65000101","gasLimit":"0x1c9c380","gasUsed":"0x5208","baseFeePerGas":"0x3b9aca07","uncles":[]}}}""",
        $$$$"""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xbb","result":{"address":"0x00000000000000000000000000000000000a11ce","topics":["{{{{Block}}}}"],"data":"0x01","blockNumber":"0x101","transactionHash":"{{{{Block}}}}","transactionIndex":"0x0","blockHash":"{{{{Block}}}}","logIndex":"0x0","removed":false}}}""",
    ];

    [Fact]
    public async Task Spoiled_messages_are_heard_alike()
    {
        await using var node = await ScriptedNode.StartAsync();
        await using var line = await OpenLine.ConnectAsync(node.WsUrl);
        var heard = new Dictionary<string, int>();
        foreach (var seed in FuzzSeeds.Of(2_000))
        {
            var random = new Random(seed);
            var at = random.Next(Messages.Length);
            byte[][] script = [.. Messages.Take(at < 3 ? 0 : 2).Select(Encoding.UTF8.GetBytes), JsonMutation.Of(Encoding.UTF8.GetBytes(Messages[at]), random)];
            var readings = new List<string>();
            foreach (var library in ChainLibraries.BuiltIn)
            {
                var ears = new Ears();
                var handler = library.Driver.Subscribe(Hints, ears);
                await line.OpenAsync(handler);
                foreach (var message in script)
                {
                    ears.Heard = [];
                    handler.Received(line.Socket, line.Target, message);
                }
                readings.Add(string.Join(' ', ears.Heard));
            }
            foreach (var word in readings[0].Split(' ')) heard[word] = heard.GetValueOrDefault(word) + 1;
            FuzzSeeds.Same(seed, ChainLibraries.BuiltIn.Select(library => library.Name), readings, script[^1], "message");
        }
        Assert.True(heard.GetValueOrDefault("subscribed") > 20 && heard.GetValueOrDefault("head:") > 20 && heard.GetValueOrDefault("log:") > 20 && heard.GetValueOrDefault("fault") > 200, string.Join(' ', heard));
    }

    private sealed class Ears : IHeadListener
    {
        public List<string> Heard { get; set; } = [];

        public void Subscribed() => Heard.Add("subscribed");
        public void Refused(string endpoint, string reason) => Heard.Add("refused");
        public bool Head(BlockHeader head)
        {
            Heard.Add($"head: {ReadText.Of(head)}");
            return true;
        }

        public void Log(Log log) => Heard.Add($"log: {ReadText.Of(log)}");
        public void Unreadable(string endpoint, string reason) => Heard.Add("fault unreadable");
        public void Ended() => Heard.Add("ended");
    }
}
