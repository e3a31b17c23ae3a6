using System.Net.Http.Headers;
using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Signing;
using Keeper.Host.Configuration;
using Keeper.Host.Running;

namespace Keeper.Host.Keys;

/// <summary>The operator's key, of whichever kind the configuration names.</summary>
internal static class OperatorKey
{
    /// <summary>A remote signer is not asked yet: one that is down is no reason not to watch the chain.</summary>
    /// <returns>Dispose of it: it may hold a key in memory, or connections.</returns>
    /// <exception cref="StartupException">It cannot be opened, or everybody has it.</exception>
    public static OpenedKey Open(KeyOptions key, ChainOptions chain, TimeProvider time)
    {
        switch (key)
        {
            case KeyOptions.Keystore keystore:
                var local = KeyFile.Open(keystore, chain);
                return new(local, () =>
                {
                    local.Dispose();
                    return ValueTask.CompletedTask;
                });
            case KeyOptions.Remote remote:
                PublishedKeys.Refuse(remote.Address, chain, "key.remote.address");
                var service = new RemoteSigner(ToOptions(remote), ChainLibraries.Of(chain).ReadTransaction, AddressChecksum.Format, time);
                return new(service, service.DisposeAsync);
            default:
                throw new ArgumentOutOfRangeException(nameof(key));
        }
    }

    private static RemoteSignerOptions ToOptions(KeyOptions.Remote remote)
    {
        var isSocket = remote.Url.Scheme == "unix";
        return new()
        {
            Url = isSocket ? new Uri("http://localhost/") : remote.Url,
            SocketPath = isSocket ? Uri.UnescapeDataString(remote.Url.AbsolutePath) : null,
            Address = remote.Address, Method = remote.Method, Timeout = remote.Timeout,
            Authorization = Header(remote),
        };
    }

    private static AuthenticationHeaderValue? Header(KeyOptions.Remote remote)
    {
        if (remote.Bearer is { } bearer) return new("Bearer", Secrets.Read(bearer, "key.remote.bearer"));
        return remote.Basic is { } basic ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Secrets.Read(basic, "key.remote.basic")))) : null;
    }
}
