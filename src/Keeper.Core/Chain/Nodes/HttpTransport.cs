using System.Buffers;
using System.Net.Http.Headers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Keeper.Core.Chain.Nodes;

/// <summary>JSON-RPC over HTTP. Its exceptions keep no inner one: those of the HTTP stack quote the host.</summary>
public sealed class HttpTransport : IRpcTransport
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly RpcEndpoint _endpoint;
    private readonly HttpClient _client;
    private readonly AuthenticationHeaderValue? _authorization;

    private readonly Func<ReadOnlyMemory<byte>, (string Name, string Value)>? _seal;

    public HttpTransport(RpcEndpoint endpoint, HttpTransportOptions? options = null)
    {
        _endpoint = endpoint;
        _seal = options?.Seal;
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = endpoint.RequestTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // so that a changed DNS entry is noticed
            MaxConnectionsPerServer = endpoint.MaxUnderWay,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        if (options?.SocketPath is { } path) handler.ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation);
        // The timeout is the caller's token: the client's own would run on another clock.
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var user = endpoint.HttpUrl!.UserInfo;
        _authorization = options?.Authorization;
        if (user.Length > 0) _authorization ??= new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user))));
    }

    public async Task<T> ExchangeAsync<T>(ReadOnlyMemory<byte> payload, long firstId, int count, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint.HttpUrl) { Content = new ReadOnlyMemoryContent(payload) };
            request.Content.Headers.ContentType = Json;
            request.Headers.Authorization = _authorization;
            if (_seal?.Invoke(payload) is var (name, value)) request.Headers.TryAddWithoutValidation(name, value);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            RefuseByStatus(response);
            var body = await ReadAsync(response, cancellation).ConfigureAwait(false);
            return ReadBody(response.StatusCode, body, read);
        }
        catch (HttpRequestException error)
        {
            throw new ChainException($"{_endpoint.Name}: the request failed ({error.HttpRequestError}).");
        }
        catch (IOException)
        {
            throw new ChainException($"{_endpoint.Name}: the answer broke off.");
        }
        catch (InvalidDataException)
        {
            throw new MalformedAnswerException("the answer cannot be decompressed");
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void RefuseByStatus(HttpResponseMessage response)
    {
        var status = response.StatusCode;
        if (status == HttpStatusCode.TooManyRequests) throw new ChainException($"{_endpoint.Name}: too many requests (HTTP 429).", ChainFault.RateLimited) { RetryAfter = RetryAfter(response.Headers) };
        if ((int)status is >= 500 or >= 300 and < 400) throw new ChainException($"{_endpoint.Name}: HTTP {(int)status}.");
    }

    /// <summary>A time of day is held against the server's own clock (RFC 9110, section 10.2.3).</summary>
    private static TimeSpan? RetryAfter(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } until } when headers.Date is { } now && until > now => until - now,
        _ => null,
    };

    /// <summary>Some nodes send a JSON-RPC error with status 400: the body decides there, where it is one.</summary>
    private T ReadBody<T>(HttpStatusCode status, ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, T> read)
    {
        if ((int)status < 400) return read(body);
        try
        {
            return read(body);
        }
        catch (MalformedAnswerException)
        {
            throw new ChainException($"{_endpoint.Name}: HTTP {(int)status}.");
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var limit = _endpoint.MaxResponseBytes;
        var announced = response.Content.Headers.ContentLength;
        if (announced > limit) throw TooLong();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new ArrayBufferWriter<byte>((int)Math.Max(1024, announced ?? 8192));
        while (true)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(4096), cancellation).ConfigureAwait(false);
            if (read == 0) return buffer.WrittenMemory;
            buffer.Advance(read);
            if (buffer.WrittenCount > limit) throw TooLong();
        }

        MalformedAnswerException TooLong() => new($"the answer exceeds {limit} bytes");
    }
}
