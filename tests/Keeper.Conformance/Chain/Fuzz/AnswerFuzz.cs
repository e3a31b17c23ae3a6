using System.Text;
using System.Text.Json.Nodes;
using Keeper.Conformance.Chain.Recorded;
using Keeper.Host.Running;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>Spoiled answers to every client of this build: each refuses in order or reads what is there, and all read the same.</summary>
public sealed class AnswerFuzz
{
    private static readonly IReadOnlyList<RecordedAnswer> Answers = RecordedAnswer.Load(RecordedTraffic.Traffic, RecordedTraffic.OtherTraffic);

    [Fact]
    public async Task Spoiled_answers_are_read_alike_or_refused_alike()
    {
        var clients = Clients();
        var kinds = Answers.GroupBy(answer => answer.Kind).Select(kind => kind.ToArray()).ToArray();
        var (values, refusals) = (0, 0);
        foreach (var seed in FuzzSeeds.Of(40_000))
        {
            var random = new Random(seed);
            var kind = JsonMutation.Pick(kinds, random);
            var asked = kind[0].InBatches && random.Next(3) == 0 ? [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => JsonMutation.Pick(kind, random))] : new[] { JsonMutation.Pick(kind, random) };
            var bodySeed = random.Next();
            byte[] Body(long firstId) => JsonMutation.Of(RecordedAnswer.Body(asked, firstId), new Random(bodySeed));

            var readings = await ReadAsync(clients, asked, Body);
            if (readings[0].StartsWith("fault", StringComparison.Ordinal)) refusals++;
            else values++;
            FuzzSeeds.Same(seed, clients.Select(client => client.Name), readings, () => $"{asked[0].Method}: {Shown(Body(1))}");
        }
        // Where nearly all are refused, or none, the test would see little.
        Assert.True(values > refusals / 10 && refusals > values / 10, $"{values} read, {refusals} refused");
    }

    internal static FedNode[] Clients() => [.. ChainLibraries.BuiltIn.Select(library => new FedNode(library.Driver))];

    internal static async Task<string[]> ReadAsync(FedNode[] clients, IReadOnlyList<RecordedAnswer> asked, Func<long, byte[]> body)
    {
        var question = RecordedAnswer.Question(asked)!;
        var readings = new string[clients.Length];
        for (var i = 0; i < clients.Length; i++) readings[i] = await clients[i].AskAsync(question, body);
        return readings;
    }

    private static string Shown(byte[] body) => Encoding.UTF8.GetString(body);
}
