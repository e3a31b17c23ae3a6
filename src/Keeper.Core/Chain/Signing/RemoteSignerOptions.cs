using System.Net.Http.Headers;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Signing;

/// <summary>Where a key is that another process holds. Neither URL nor header is ever printed.</summary>
public sealed record RemoteSignerOptions
{
    /// <summary>http or https; of a unix socket any of the two, since only its path is used.</summary>
    public required Uri Url { get; init; }

    /// <summary>A socket of this machine in place of a port; null for none.</summary>
    public string? SocketPath { get; init; }

    /// <summary>Whose signature is wanted.</summary>
    public required Address Address { get; init; }

    public RemoteSignerMethod Method { get; init; } = RemoteSignerMethod.EthSignTransaction;

    /// <summary>Of one signature, connecting included. 100 ms to 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Sent with each request; null for none.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    public override string ToString() => $"remote signer of {Address}";
}
