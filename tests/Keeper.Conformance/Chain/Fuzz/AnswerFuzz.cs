using System.Text.Json.Nodes;
using Keeper.Conformance.Chain.Recorded;
using Keeper.Host.Running;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>Spoiled answers to every client of this build: each refuses in order or reads what is there, and all read the same.</summary>
public sealed class AnswerFuzz
{
    private static readonly IReadOnlyList<RecordedAnswer> Answers = RecordedAnswer.Load(RecordedTraffic.Traffic, RecordedTraffic.OtherTraffic);

    private static readonly string[] Emptied = ["null", "\"\"", "\"0x\"", "0", "false", "[]", "{}"];

    private static readonly string[] Needed =
    [
        "number", "hash", "parentHash", "timestamp", "gasLimit", "gasUsed", "address", "topics", "data", "blockNumber", "blockHash", "transactionHash", "logIndex", "status", "logs", "oldestBlock", "gasUsedRatio",
    ];

    [Fact]
    public async Task Spoiled_answers_are_read_alike_or_refused_alike()
    {
        var clients = Clients();
        var kinds = Answers.GroupBy(answer => answer.Kind).Select(kind => kind.ToArray()).ToArray();
        var (values, refusals) = (0, 0);
        foreach (var seed in FuzzSeeds.Of(8_000))
        {
            var random = new Random(seed);
            var kind = JsonMutation.Pick(kinds, random);
            var asked = kind[0].InBatches && random.Next(3) == 0 ? [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => JsonMutation.Pick(kind, random))] : new[] { JsonMutation.Pick(kind, random) };
            var bodySeed = random.Next();
            byte[] Body(long firstId) => JsonMutation.Of(RecordedAnswer.Body(asked, firstId), new Random(bodySeed));

            var readings = await ReadAsync(clients, asked, Body);
            if (readings[0].StartsWith("fault", StringComparison.Ordinal)) refusals++;
            else values++;
            FuzzSeeds.Same(seed, clients.Select(client => client.Name), readings, Body(1), asked[0].Method);
        }
        // Where nearly all are refused, or none, the test would see little.
        Assert.True(values > refusals / 10 && refusals > values / 10, $"{values} read, {refusals} refused");
    }

    /// <summary>Without a mutation by chance: every part of an answer that must be there, taken out or emptied.</summary>
    [Fact]
    public async Task Nothing_that_is_missing_becomes_zero()
    {
        var clients = Clients();
        var tried = 0;
        foreach (var answer in Answers.Where(answer => answer.Part == "result"))
        {
            var whole = JsonNode.Parse(answer.Json);
            // A receipt without a block is of a pending transaction.
            if (whole is null || (answer.Method == "eth_getTransactionReceipt" && whole["blockHash"] is null)) continue;
            foreach (var spoiled in whole is JsonValue ? Emptied.Select(JsonNode? (text) => JsonNode.Parse(text)) : WithoutOne(whole))
            {
                var changed = answer with { Json = spoiled?.ToJsonString() ?? "null" };
                // Null says that there is no such block or receipt, and 0x is what code and a call's answer may be.
                if (changed.Json == "null" && answer.Method is "eth_getBlockByHash" or "eth_getBlockByNumber" or "eth_getTransactionReceipt") continue;
                if (changed.Json == "\"0x\"" && answer.Method is "eth_getCode" or "eth_call") continue;
                foreach (var (client, reading) in clients.Zip(await ReadAsync(clients, [answer], firstId => RecordedAnswer.Body([changed], firstId))))
                    Assert.True(reading == "fault Malformed", $"{client.Name}: {reading}\n{changed.Method}: {changed.Json}");
                tried++;
            }
        }
        Assert.True(tried > 500, $"{tried} answers");
    }

    /// <summary>It, or the first of its items, without a member that it needs, or with that member empty.</summary>
    private static IEnumerable<JsonNode> WithoutOne(JsonNode whole)
    {
        foreach (var name in Needed)
            foreach (var with in Emptied.Append(null))
            {
                // Empty data is data; a receipt without logs and a log without topics are as they should be.
                if ((name == "data" && with == "\"0x\"") || (name is "logs" or "topics" && with == "[]")) continue;
                var copy = whole.DeepClone();
                var holder = copy is JsonArray ? copy.AsArray().FirstOrDefault() : copy;
                if (holder is not JsonObject members || !members.ContainsKey(name)) continue;
                members.Remove(name);
                if (with is not null) members[name] = JsonNode.Parse(with);
                yield return copy;
            }
    }

    internal static FedNode[] Clients() => [.. ChainLibraries.BuiltIn.Select(library => new FedNode(library.Driver))];

    internal static async Task<string[]> ReadAsync(FedNode[] clients, IReadOnlyList<RecordedAnswer> asked, Func<long, byte[]> body)
    {
        var question = RecordedAnswer.Question(asked)!;
        var readings = new string[clients.Length];
        for (var i = 0; i < clients.Length; i++) readings[i] = await clients[i].AskAsync(question, body);
        return readings;
    }
}
