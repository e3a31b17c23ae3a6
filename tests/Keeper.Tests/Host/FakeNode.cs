using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Host;

/// <summary>A node that answers reads about one exchange and one executor, both in order until a test changes them. Sends nothing to anybody.</summary>
internal sealed class FakeNode : IDisposable
{
    public const string Token = "0x00000000000000000000000000000000000000aa";
    public const string Owner = "0x00000000000000000000000000000000000000bb";
    public const string Treasury = "0x00000000000000000000000000000000000000cc";

    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public FakeNode(Address operatorAddress)
    {
        var port = FreePort();
        Url = $"http://127.0.0.1:{port}/";
        Answers = new()
        {
            ["quoteToken()"] = Word(Token),
            ["owner()"] = Word(Owner),
            ["operator()"] = Word(operatorAddress.ToString()),
            ["treasury()"] = Word(Treasury),
            ["paused()"] = Word("0x0"),
            ["isTargetAllowed(address,bytes4)"] = Word("0x1"),
            ["isTokenAllowed(address)"] = Word("0x1"),
        };
        Code[ConfigFolder.Protocol] = "0x60016002";
        Code[ConfigFolder.Executor] = Hex.Encode(ArtifactTests.ExecutorCode(Address.Parse(Treasury)));
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }
    public ulong ChainId { get; set; } = 31337;
    public Dictionary<string, string> Code { get; } = [];

    /// <summary>No contract is there at heights below.</summary>
    public ulong CodeSince { get; set; }

    /// <summary>Of heights below no state is kept.</summary>
    public ulong StateSince { get; set; }

    /// <summary>What a view returns, by its signature.</summary>
    public Dictionary<string, string> Answers { get; }

    public string Balance { get; set; } = "0xde0b6b3a7640000";
    /// <summary>Of every account, mined and with what waits.</summary>
    public (ulong Mined, ulong Pending) TransactionCount { get; set; }

    public List<string> Methods { get; } = [];

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static string Word(string hex) => "0x" + hex[2..].PadLeft(64, '0');

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext http;
            try
            {
                http = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var request = (await JsonNode.ParseAsync(http.Request.InputStream))!;
            JsonNode answer = request is JsonArray batch ? new JsonArray([.. batch.Select(call => Answer((JsonObject)call!))]) : Answer((JsonObject)request);
            http.Response.ContentType = "application/json";
            using (var writer = new StreamWriter(http.Response.OutputStream)) await writer.WriteAsync(answer.ToJsonString());
            http.Response.Close();
        }
    }

    private JsonObject Answer(JsonObject call)
    {
        var method = (string)call["method"]!;
        lock (Methods) Methods.Add(method);
        var first = call["params"] is JsonArray { Count: > 0 } parameters ? parameters[0] : null;
        JsonNode? result = method switch
        {
            "eth_chainId" => $"0x{ChainId:x}",
            "eth_getBlockByNumber" or "eth_getBlockByHash" => Block(),
            "eth_getCode" => Height(call) is not { } height ? Code.GetValueOrDefault((string)first!, "0x")
                : height < StateSince ? null : height < CodeSince ? "0x" : Code.GetValueOrDefault((string)first!, "0x"),
            "eth_getStorageAt" => Word("0x0"),
            "eth_getBalance" => Balance,
            "eth_getTransactionCount" => $"0x{(call["params"]![1] is JsonValue tag && (string)tag! == "pending" ? TransactionCount.Pending : TransactionCount.Mined):x}",
            "eth_call" when first!["to"] is null => null, // as a node that runs no constructors
            "eth_call" => View((string)first!["data"]! ?? (string)first!["input"]!),
            _ => null,
        };
        if (result is null) return new() { ["jsonrpc"] = "2.0", ["id"] = call["id"]!.DeepClone(), ["error"] = new JsonObject { ["code"] = -32601, ["message"] = "the method is not available" } };
        return new() { ["jsonrpc"] = "2.0", ["id"] = call["id"]!.DeepClone(), ["result"] = result };
    }

    /// <summary>The block that code is asked for at, where it is named by its number.</summary>
    private static ulong? Height(JsonObject call) =>
        call["params"]![1] is JsonValue value && value.TryGetValue<string>(out var text) && text.StartsWith("0x", StringComparison.Ordinal) && text.Length < 20 ? Convert.ToUInt64(text, 16) : null;

    private string View(string data) => Answers.Single(view => data.StartsWith($"0x{Keccak.Selector(view.Key):x8}", StringComparison.Ordinal)).Value;

    private static JsonObject Block() => new()
    {
        ["number"] = "0x10", ["timestamp"] = "0x6900000", ["hash"] = Word("0x10"), ["parentHash"] = Word("0xf"), ["gasLimit"] = "0x1c9c380", ["gasUsed"] = "0x0", ["baseFeePerGas"] = "0x3b9aca00",
    };
}
