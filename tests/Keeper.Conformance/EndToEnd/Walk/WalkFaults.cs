using System.Text.Json;
using System.Text.Json.Nodes;
using Keeper.Conformance.Support.Faults;

namespace Keeper.Conformance.EndToEnd.Walk;

/// <summary>What an endpoint does to its caller for some steps of a walk.</summary>
internal static class WalkFaults
{
    /// <summary>By name, so that a walk can be read in its output.</summary>
    public static IReadOnlyList<(string Name, Action<FaultProxy, Random> Begin)> All { get; } =
    [
        ("its sockets break", (proxy, _) => proxy.ResetSockets()),
        ("its sockets are silent", (proxy, _) => proxy.IsMute = true),
        ("it tells everything twice", (proxy, _) => proxy.IsEchoing = true),
        ("it takes no sockets", (proxy, _) => { proxy.RefusesSockets = true; proxy.ResetSockets(); }),
        ("it is down", (proxy, _) => { proxy.RefusesSockets = true; proxy.ResetSockets(); proxy.Otherwise = Rules.Reset; }),
        ("it is slow", (proxy, random) => proxy.Otherwise = Rules.Late(TimeSpan.FromMilliseconds(random.Next(100, 1_500)))),
        ("it has too many requests", (proxy, _) => proxy.Otherwise = Rules.TooManyRequests),
        ("it answers with a page", (proxy, _) => proxy.Otherwise = Rules.Html),
        ("it leaves logs out", (proxy, random) => Leave(proxy, random, all: false)),
        ("it says that there are no logs", (proxy, random) => Leave(proxy, random, all: true)),
        ("it stands still", (proxy, _) => StandStill(proxy)),
    ];

    private static void Leave(FaultProxy proxy, Random random, bool all)
    {
        var seed = random.Next();
        FaultRule lie = async call =>
        {
            var result = JsonNode.Parse((await call.ResultAsync()).GetRawText());
            if (result is JsonArray list && list.Count > 0)
            {
                // Whole receipts, where the answer is one of receipts: their logs otherwise.
                if (all) list.Clear();
                else list.RemoveAt(new Random(seed ^ call.Number).Next(list.Count));
            }
            return call.Answer(result);
        };
        proxy.On("eth_getLogs", lie).On("eth_getBlockReceipts", lie);
    }

    /// <summary>The newest block that it knows is the one that it knew: an endpoint behind a broken sync.</summary>
    private static void StandStill(FaultProxy proxy)
    {
        JsonElement? latest = null;
        proxy.IsMute = true;
        proxy.On("eth_getBlockByNumber", async call =>
        {
            if (call.Parameter(0).GetString() != "latest") return Height(call.Parameter(0).GetString()!) > Height(latest?.GetProperty("number").GetString()) ? call.Answer(null) : await call.ForwardAsync();
            latest ??= await call.ResultAsync();
            return call.Answer(latest);
        });
        proxy.On("eth_getLogs", call => Task.FromResult(call.Answer(Array.Empty<object>())));
    }

    private static long Height(string? hex) => hex is null || !hex.StartsWith("0x", StringComparison.Ordinal) ? long.MaxValue : Convert.ToInt64(hex, 16);
}
