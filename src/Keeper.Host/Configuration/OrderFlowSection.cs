using Keeper.Core.Submission;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>orderFlow</c>: whom attempts are told first, and for how long only them.</summary>
internal static class OrderFlowSection
{
    private const string RawTransaction = "eth_sendRawTransaction";

    private static readonly Dictionary<string, bool> Methods = new() { [RawTransaction] = false, ["eth_sendBundle"] = true };

    public static OrderFlowOptions? Read(ConfigReader root, ChainOptions? chain, SubmissionOptions submission, Needs needs)
    {
        var reader = root.Section("orderFlow", isRequired: false);
        var isBundle = reader.Choice("method", Methods, RawTransaction);
        var blocks = (int)reader.Integer("blocks", 1, 100, 5);
        var timeout = TimeSpan.FromMilliseconds(reader.Integer("timeoutMs", 100, 10_000, 2_000));
        var endpoints = ReadEndpoints(reader, chain);
        var reputation = ReadReputation(reader, needs);
        reader.Finish();
        if (!reader.IsPresent) return null;
        if (blocks >= submission.DeadlineBlocks)
            reader.Fail("blocks", $"is {blocks}, which leaves no block to be public in before submission.deadlineBlocks", $"below {submission.DeadlineBlocks}");
        if (reputation is not null && !isBundle) reader.Fail("reputation", $"signs nothing that goes by {RawTransaction}", "orderFlow.method eth_sendBundle, or no reputation");
        return new(isBundle, blocks, timeout, endpoints, reputation);
    }

    private static List<EndpointOptions> ReadEndpoints(ConfigReader flow, ChainOptions? chain)
    {
        var endpoints = new List<EndpointOptions>();
        foreach (var reader in flow.Sections("endpoints"))
        {
            var endpoint = new EndpointOptions(reader.Text("name", "a short name for logs and metrics"), reader.Url("url", isRequired: true, "http", "https"), null);
            reader.Finish();
            var all = (chain?.Endpoints ?? []).Concat(endpoints).ToArray();
            if (all.Any(other => other.Name == endpoint.Name)) reader.Fail("name", "repeats the name of another endpoint", "each name once");
            // What is public in chain.endpoints cannot keep anything private.
            if (endpoint.Http is { } url && all.Any(other => other.Http == url)) reader.Fail("url", "is that of another endpoint", "each endpoint once, a private one in none of chain.endpoints");
            endpoints.Add(endpoint);
        }
        return endpoints;
    }

    private static KeyOptions.Keystore? ReadReputation(ConfigReader flow, Needs needs)
    {
        var reader = flow.Section("reputation", isRequired: false);
        var path = reader.FilePath("keystore");
        var password = reader.Secret("password");
        reader.Finish();
        if (!reader.IsPresent || password is null) return null;
        if (needs.HasFlag(Needs.Key)) KeySection.Require(reader, "password", password);
        return new(path, password);
    }
}
