using System.Net.Http.Headers;

namespace Keeper.Core.Chain.Nodes;

/// <summary>What some services want beside a URL. Nothing of it is ever printed.</summary>
public sealed record HttpTransportOptions
{
    /// <summary>A unix socket to connect to in place of the URL's host; null for none.</summary>
    public string? SocketPath { get; init; }

    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>A header made from the bytes of each request, such as a signature of them.</summary>
    public Func<ReadOnlyMemory<byte>, (string Name, string Value)>? Seal { get; init; }

    public override string ToString() => nameof(HttpTransportOptions);
}
