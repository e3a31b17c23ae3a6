using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Keeper.Tests.Chain.Signing;

/// <summary>
/// Stands in for web3signer and clef: a server of its own that holds a key and really signs, in the shapes that both document. It takes
/// from a request what they take: web3signer <c>data</c> and no chain, clef <c>input</c> and the chain.
/// </summary>
internal sealed class StandInSigner : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LocalSigner _key;

    private StandInSigner(WebApplication app, LocalSigner key) => (_app, _key) = (app, key);

    public Uri Url { get; private init; } = null!;
    public Address Address => _key.Address;

    /// <summary>As its command line would say; web3signer puts it into what it signs.</summary>
    public ulong ChainId { get; set; } = 31337;

    /// <summary>The value of <c>Authorization</c> without which it answers 401.</summary>
    public string? Authorization { get; set; }

    /// <summary>Answers everything with an error page that says this; null while it works.</summary>
    public string? Failure { get; set; }

    /// <summary>The bodies of all requests, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <param name="socket">The path of a unix socket to serve in place of a port.</param>
    public static Task<StandInSigner> StartAsync(string keyHex, string? socket = null) => StartAsync(LocalSigner.FromHex(keyHex), socket);

    /// <param name="key">Is disposed of with the server.</param>
    /// <inheritdoc cref="StartAsync(string, string)"/>
    public static async Task<StandInSigner> StartAsync(LocalSigner key, string? socket = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(socket is null ? "http://127.0.0.1:0" : $"http://unix:{socket}");
        var app = builder.Build();
        StandInSigner? signer = null;
        app.Run(context => signer!.HandleAsync(context));
        await app.StartAsync();
        signer = new(app, key)
        {
            Url = socket is null ? new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) : new Uri($"unix://{socket}"),
        };
        return signer;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (Authorization is not null && context.Request.Headers.Authorization != Authorization)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        if (Failure is { } failure)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync(failure);
            return;
        }
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Asked.Enqueue(body);
        using var request = JsonDocument.Parse(body);
        var id = request.RootElement.GetProperty("id").GetRawText();
        var arguments = request.RootElement.GetProperty("params")[0];
        object? result = request.RootElement.GetProperty("method").GetString() switch
        {
            "eth_signTransaction" => Hex.Encode((await SignAsync(arguments, "data", ChainId)).Raw.Span),
            "account_signTransaction" => ToClef(await SignAsync(arguments, "input", (ulong)Quantity(arguments, "chainId"))),
            _ => null,
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(result is null
            ? $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32601,"message":"Method not found"}}"""
            : $$$"""{"jsonrpc":"2.0","id":{{{id}}},"result":{{{JsonSerializer.Serialize(result)}}}}""");
    }

    private ValueTask<SignedTransaction> SignAsync(JsonElement arguments, string data, ulong chainId)
    {
        if (Address.Parse(arguments.GetProperty("from").GetString()!) != Address) throw new InvalidOperationException("Another account is asked for.");
        var fees = arguments.TryGetProperty("maxFeePerGas", out _)
            ? new Fees(new Wei(Quantity(arguments, "maxFeePerGas")), new Wei(Quantity(arguments, "maxPriorityFeePerGas")))
            : Fees.Legacy(new Wei(Quantity(arguments, "gasPrice")));
        Address? to = arguments.TryGetProperty("to", out var recipient) ? Address.Parse(recipient.GetString()!) : null;
        return _key.SignAsync(
            new(chainId, (ulong)Quantity(arguments, "nonce"), to, new Wei(Quantity(arguments, "value")), Hex.Decode(arguments.GetProperty(data).GetString()!),
                new Gas((ulong)Quantity(arguments, "gas")), fees), default);
    }

    private static Dictionary<string, object> ToClef(SignedTransaction signed) => new()
    {
        ["raw"] = Hex.Encode(signed.Raw.Span),
        ["tx"] = new Dictionary<string, object> { ["nonce"] = ((UInt256)signed.Fields.Nonce).ToString("x", CultureInfo.InvariantCulture), ["hash"] = signed.Hash.ToString() },
    };

    private static UInt256 Quantity(JsonElement arguments, string name)
    {
        var text = arguments.GetProperty(name).GetString()!;
        // As clef does: no leading zeros.
        if (!text.StartsWith("0x", StringComparison.Ordinal) || (text.Length > 3 && text[2] == '0')) throw new FormatException($"{name} is no quantity.");
        return UInt256.Parse(text);
    }
}
