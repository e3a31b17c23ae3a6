using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Keeper.Conformance.Support;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.RefPerps;

/// <summary>An Anvil that mines when it is told to, at the time it is told, transactions in the order in which they were sent.</summary>
internal sealed partial class TestChain : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new();
    private int _id;

    private TestChain(Process process, Uri url, IReadOnlyList<Address> accounts, ulong time) => (_process, Url, Accounts, Time) = (process, url, accounts, time);

    public Uri Url { get; }

    /// <summary>Unlocked and rich.</summary>
    public IReadOnlyList<Address> Accounts { get; private set; }

    /// <summary>Timestamp and number of the newest block.</summary>
    public ulong Time { get; private set; }
    public ulong Number { get; private set; }

    public static async Task<TestChain> StartAsync()
    {
        var packages = Path.Combine(ContractArtifact.Root(), "contracts", "node_modules", "@foundry-rs");
        var anvil = Directory.Exists(packages) ? Directory.GetDirectories(packages, "anvil-*").Select(folder => Path.Combine(folder, "bin", "anvil")).FirstOrDefault(File.Exists) : null;
        if (anvil is null) throw new FileNotFoundException("Anvil is missing: run npm ci in contracts/.");
        var start = new ProcessStartInfo(anvil, "--port 0 --no-mining --order fifo --gas-limit 20000000000 --balance 1000000 --timestamp 1800000000") { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            var chain = new TestChain(process, new Uri("http://" + match.Groups[1].Value), [], 1_800_000_000);
            chain.Accounts = (await chain.AskAsync("eth_accounts")).EnumerateArray().Select(account => Address.Parse(account.GetString()!)).ToArray();
            return chain;
        }
        throw new InvalidOperationException("Anvil ended before it listened.");
    }

    /// <summary>Sends a transaction for the next block; it may revert there. The node's accounts sign.</summary>
    public async Task<Receipt> SendAsync(Address from, Address? to, byte[] data, ulong gas = 15_000_000)
    {
        var hash = await AskAsync("eth_sendTransaction", new Dictionary<string, string>
        {
            ["from"] = from.ToString(), ["data"] = Hex.Encode(data), ["gas"] = "0x" + gas.ToString("x", CultureInfo.InvariantCulture),
            ["to"] = to?.ToString() ?? "0x",
        }.Where(field => field.Value != "0x").ToDictionary());
        return new Receipt(hash.GetString()!);
    }

    /// <summary>Mines what was sent in one block, and fills in the receipts.</summary>
    public async Task MineAsync(ulong seconds = 1, params IEnumerable<Receipt> receipts)
    {
        Time += seconds;
        await AskAsync("evm_setNextBlockTimestamp", Time);
        await AskAsync("evm_mine");
        Number++;
        foreach (var receipt in receipts) receipt.Fill(await AskAsync("eth_getTransactionReceipt", receipt.Hash));
    }

    public async Task<JsonElement> AskAsync(string method, params object[] parameters)
    {
        var answer = await _http.PostAsJsonAsync(Url, new { jsonrpc = "2.0", id = ++_id, method, @params = parameters });
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return json.TryGetProperty("error", out var error) ? throw new InvalidOperationException($"{method}: {error}") : json.GetProperty("result");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    [GeneratedRegex("Listening on ([0-9.:]+)")]
    private static partial Regex Listening();

    internal sealed class Receipt(string hash)
    {
        public string Hash => hash;
        public bool Succeeded { get; private set; }
        public ulong GasUsed { get; private set; }
        public Address Contract { get; private set; }

        public void Fill(JsonElement receipt)
        {
            Succeeded = receipt.GetProperty("status").GetString() == "0x1";
            GasUsed = ulong.Parse(receipt.GetProperty("gasUsed").GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (receipt.GetProperty("contractAddress").GetString() is { } address) Contract = Address.Parse(address);
        }
    }
}
