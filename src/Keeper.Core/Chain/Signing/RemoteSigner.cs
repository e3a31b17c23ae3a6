using System.Text.Json;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Signing;

/// <summary>
/// A key in another process, asked over JSON-RPC. 1: the fields go out. 2: a bounded answer comes back, strictly read. 3: its raw bytes are
/// decoded, the hash is computed and the sender recovered. 4: every field must be what was asked. The service is believed in
/// nothing: what it says beside the raw bytes is not read, and its words are not repeated.
/// </summary>
public sealed class RemoteSigner : ISigner, IAsyncDisposable
{
    /// <summary>How errors and metrics call the service.</summary>
    public const string Name = "signer";

    /// <summary>A transaction of 128 KiB, the most that pools take, twice in hex: clef repeats it in its <c>tx</c>.</summary>
    private const int MaxAnswerBytes = 1 << 20;

    private readonly RemoteSignerOptions _options;
    private readonly Func<ReadOnlyMemory<byte>, SignedTransaction> _read;
    private readonly Func<Address, string> _show;
    private readonly EndpointClient<JsonCall, JsonAnswer> _service;

    /// <param name="read">Reads signed bytes back, see <see cref="IChainLibrary.ReadTransaction"/>.</param>
    /// <param name="show">Writes an address with its checksum: clef warns of one without.</param>
    public RemoteSigner(RemoteSignerOptions options, Func<ReadOnlyMemory<byte>, SignedTransaction> read, Func<Address, string> show, TimeProvider time)
    {
        var endpoint = new RpcEndpoint { Name = Name, HttpUrl = options.Url, RequestTimeout = options.Timeout, MaxResponseBytes = MaxAnswerBytes, MaxConcurrent = 4, MaxBatch = 1 };
        (_options, _read, _show) = (options, read, show);
        _service = new(endpoint, new HttpTransport(endpoint.Validate(), new() { SocketPath = options.SocketPath, Authorization = options.Authorization }), JsonCallCodec.Instance, time);
    }

    public Address Address => _options.Address;

    public async ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation)
    {
        transaction.RequireSignable();
        var answer = await AskAsync(transaction, cancellation).ConfigureAwait(false);
        var signed = _read(RawOf(answer));
        return signed.DifferenceFrom(transaction, Address) is { } field
            ? throw new SigningException($"The remote signer's transaction has another {field} than was asked for.", SigningFault.OtherTransaction)
            : signed;
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    public override string ToString() => _options.ToString();

    private async Task<JsonElement> AskAsync(TransactionFields fields, CancellationToken cancellation)
    {
        try
        {
            return await _service.ReadAsync(new JsonCall(MethodName, json => WriteParameters(json, fields)), answer => answer.Result, cancellation).ConfigureAwait(false);
        }
        catch (NodeErrorException refused)
        {
            // Its words may name an endpoint or a rule that others should not read.
            throw new SigningException($"The remote signer refused with code {refused.Failure.Code}.", SigningFault.Refused);
        }
        catch (ChainException failed)
        {
            throw new SigningException($"The remote signer gave no signature: {failed.Message}", failed.Fault == ChainFault.Malformed ? SigningFault.Malformed : SigningFault.Unreachable);
        }
    }

    private string MethodName => _options.Method == RemoteSignerMethod.AccountSignTransaction ? "account_signTransaction" : "eth_signTransaction";

    /// <summary>
    /// web3signer reads <c>data</c> and takes the chain from its own configuration; clef prefers <c>input</c> and refuses two that differ. Each is
    /// told the chain, which clef needs for EIP-1559, and both pass over members that they do not know.
    /// </summary>
    private void WriteParameters(Utf8JsonWriter json, TransactionFields fields)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("from"u8, _show(Address));
        if (fields.To is { } to) json.WriteString("to"u8, _show(to));
        Quantity("gas", fields.GasLimit.Value);
        if (fields.Fees.IsLegacy)
        {
            Quantity("gasPrice", fields.Fees.MaxFeePerGas.Value);
        }
        else
        {
            Quantity("maxFeePerGas", fields.Fees.MaxFeePerGas.Value);
            Quantity("maxPriorityFeePerGas", fields.Fees.MaxPriorityFeePerGas.Value);
        }
        Quantity("value", fields.Value.Value);
        Quantity("nonce", fields.Nonce);
        Quantity("chainId", fields.ChainId);
        json.WriteString(_options.Method == RemoteSignerMethod.AccountSignTransaction ? "input"u8 : "data"u8, Hex.Encode(fields.Data.Span));
        json.WriteEndObject();
        json.WriteEndArray();

        void Quantity(string name, UInt256 value) => json.WriteString(name, value.ToString("x", null));
    }

    /// <summary>The raw bytes, told as a string or as the member <c>raw</c> of an object.</summary>
    private static byte[] RawOf(JsonElement result)
    {
        var raw = result.ValueKind == JsonValueKind.Object && result.TryGetProperty("raw"u8, out var member) ? member : result;
        try
        {
            if (raw.ValueKind == JsonValueKind.String) return Hex.Decode(raw.GetString()!);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException) { } // the latter: half a surrogate is no text
        throw new SigningException("The remote signer's answer holds no raw transaction in hex.", SigningFault.Malformed);
    }
}
