using System.Runtime.CompilerServices;
using System.Text.Json;
using Keeper.Core.Chain;

namespace Keeper.Tests.Chain;

/// <summary>What nodes have said to sent transactions, each with where it was found, against the one table that classifies it.</summary>
public sealed class SendErrorCorpusTests
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <param name="Source">A file at a commit of the client's public source, or how it was provoked.</param>
    /// <param name="Class">The name of a <see cref="SendError"/>.</param>
    public sealed record Case(string Client, string Source, int Code, string Message, string Class, bool HasRevertData);

    private static IReadOnlyList<Case> Cases { get; } = JsonSerializer.Deserialize<Case[]>(File.ReadAllText(CorpusPath()), Strict)!;

    public static TheoryData<string, string, int, bool, string> Messages
    {
        get
        {
            var data = new TheoryData<string, string, int, bool, string>();
            foreach (var known in Cases) data.Add(known.Client, known.Message, known.Code, known.HasRevertData, known.Class);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Each_message_of_a_client_has_its_class(string client, string message, int code, bool hasRevertData, string expected)
    {
        Assert.NotEmpty(client);
        Assert.Equal(Enum.Parse<SendError>(expected), SendErrors.Classify(code, message, hasRevertData));
        // What stands around it, and in what case, is of no account.
        Assert.Equal(Enum.Parse<SendError>(expected), SendErrors.Classify(code, $"[Request ID: 7] call failed: {message.ToUpperInvariant()} (tx 0x5a)", hasRevertData));
    }

    [Fact]
    public void Every_client_and_every_class_of_a_refusal_is_in_the_corpus()
    {
        Assert.Subset(Cases.Select(known => known.Client).ToHashSet(), new HashSet<string> { "geth", "reth", "nethermind", "erigon", "besu", "nitro", "anvil" });
        Assert.Equal(Enum.GetValues<SendError>().Where(error => error != SendError.None), Cases.Select(known => Enum.Parse<SendError>(known.Class)).Distinct().Order());
        Assert.All(Cases, known => Assert.NotEmpty(known.Source));
        Assert.Equal(Cases.Count, Cases.DistinctBy(known => (known.Client, known.Source, known.Message)).Count());
    }

    private static string CorpusPath([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Corpus", "send-errors.json");
}
