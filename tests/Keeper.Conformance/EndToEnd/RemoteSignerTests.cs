using System.Text.Json.Nodes;
using Keeper.Chain.Native;
using Keeper.Conformance.Support;
using Keeper.Core.Journal;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Chain.Signing;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The real program without a key of its own: a server beside it signs, and every secret on the way is marked.</summary>
public sealed class RemoteSignerTests
{
    private const string Canary = "canary-77c1";

    [Fact]
    public async Task A_signer_that_fails_loses_nothing_and_no_secret_is_told_anywhere()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 5);
        await using var relay = await ForwardingServer.StartAsync(exchange.HttpUrl);
        await using var open = await ForwardingServer.StartAsync(exchange.HttpUrl);
        var folder = exchange.Workspace.Folder;
        var password = await File.ReadAllTextAsync(Path.Combine(folder, "operator.password"));
        await using var signer = await StandInSigner.StartAsync(LocalSigner.FromKeystore(Path.Combine(folder, "operator.json"), password));
        signer.Authorization = $"Bearer {Canary}-token";
        Configure(exchange, signer, relay, open);

        signer.Failure = $"<html>{Canary}-page</html>";
        var told = new List<string>();
        await using (var keeper = KeeperProcess.StartAt("trace", exchange))
        {
            await keeper.ReadyAsync(exchange);
            await exchange.TransmitAsync(93);
            await keeper.SaysAsync(line => line.Contains("gave no signature", StringComparison.Ordinal), TimeSpan.FromSeconds(90));
            told.Add(await PagesAsync(exchange));
            signer.Failure = null;
            await exchange.CalmAsync(await exchange.BlockNumberAsync(), within: 60);
            told.Add(await PagesAsync(exchange));
            told.AddRange(keeper.Lines);
        }
        var text = string.Join('\n', told);
        Assert.Contains("keeper_signer_requests_total{outcome=\"signed\"}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("keeper_signer_requests_total{outcome=\"unreachable\"} 0\n", told[1], StringComparison.Ordinal);
        Assert.Contains("signer_failed", text, StringComparison.Ordinal);
        foreach (var secret in new[] { Canary, password }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);

        // Plans that were not signed took no nonce.
        await using var journal = await SqliteJournal.OpenAsync(new() { Path = exchange.JournalPath, ReadOnly = true }, TimeProvider.System);
        var signed = new List<JournalEntry.Signed>();
        await foreach (var record in journal.ReadAsync(0, default))
        {
            if (record.Entry is JournalEntry.Signed entry) signed.Add(entry);
        }
        Assert.Equal(Enumerable.Range(0, signed.Select(entry => entry.Nonce).Distinct().Count()).Select(nonce => (ulong)nonce), signed.Select(entry => entry.Nonce).Distinct().Order());
        Assert.NotEmpty(signer.Asked);
    }

    private static void Configure(ExchangeChain exchange, StandInSigner signer, ForwardingServer relay, ForwardingServer open)
    {
        var token = Path.Combine(exchange.Workspace.Folder, "token");
        File.WriteAllText(token, $"{Canary}-token");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(exchange.Workspace.ConfigPath))!;
        config["key"] = new JsonObject { ["remote"] = new JsonObject { ["url"] = $"{signer.Url}{Canary}-path", ["address"] = signer.Address.ToString(), ["bearer"] = $"file:{token}" } };
        config["chain"]!["endpoints"]![0]!["http"] = $"{open.Url}{Canary}-path";
        config["orderFlow"] = new JsonObject { ["blocks"] = 2, ["endpoints"] = new JsonArray(new JsonObject { ["name"] = "relay", ["url"] = $"{relay.Url}{Canary}-path" }) };
        File.WriteAllText(exchange.Workspace.ConfigPath, config.ToJsonString());
    }

    private static async Task<string> PagesAsync(ExchangeChain exchange)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var pages = new List<string>();
        foreach (var page in new[] { "metrics", "readyz", "livez" })
        {
            using var answer = await http.GetAsync(new Uri($"http://{exchange.Listen}/{page}"));
            pages.Add(await answer.Content.ReadAsStringAsync());
        }
        return string.Join('\n', pages);
    }
}
