using Keeper.Core.Chain.Signing;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>key</c>: a keystore of this process, or a service that signs.</summary>
internal static class KeySection
{
    private static readonly Dictionary<string, RemoteSignerMethod> Methods = new()
    {
        ["eth_signTransaction"] = RemoteSignerMethod.EthSignTransaction, ["account_signTransaction"] = RemoteSignerMethod.AccountSignTransaction,
    };

    public static KeyOptions? Read(ConfigReader root, Needs needs)
    {
        var reader = root.Section("key", isRequired: false);
        var remote = reader.Section("remote", isRequired: false);
        var service = ReadRemote(remote, needs.HasFlag(Needs.Key));
        var keystore = ReadKeystore(reader, isWanted: !remote.IsPresent, needs.HasFlag(Needs.Key));
        reader.Finish();
        if (remote.IsPresent && (reader.Has("keystore") || reader.Has("password"))) reader.Fail("remote", "stands beside a keystore or its password", "one of the two");
        if (!reader.IsPresent && needs.HasFlag(Needs.Key))
            root.Fail("key", "is missing", "keystore and password of the operator's key, or a remote signer; `keeper key new` makes one, `run --dry-run` needs none");
        return remote.IsPresent ? service : keystore;
    }

    private static KeyOptions.Keystore? ReadKeystore(ConfigReader reader, bool isWanted, bool isNeeded)
    {
        var path = reader.OptionalPath("keystore");
        var password = reader.Secret("password", isRequired: false);
        if (!isWanted) return null;
        if (!reader.Has("keystore")) reader.Fail("keystore", "is missing", "the path of a V3 keystore, or key.remote");
        if (!reader.Has("password")) reader.Fail("password", "is missing", "a reference: file:PATH or env:NAME");
        if (isNeeded && path is not null && !File.Exists(path)) reader.Fail("keystore", $"names the file {path}, which is missing", "a V3 keystore; `keeper key new --out FILE` makes one");
        if (isNeeded) Require(reader, "password", password);
        return path is not null && password is not null ? new(path, password) : null;
    }

    private static KeyOptions.Remote? ReadRemote(ConfigReader reader, bool isNeeded)
    {
        var url = reader.Url("url", isRequired: true, "http", "https", "unix");
        var address = reader.Address("address", isRequired: true);
        var method = reader.Choice("method", Methods, "eth_signTransaction");
        var timeout = TimeSpan.FromMilliseconds(reader.Integer("timeoutMs", 100, 60_000, 3_000));
        var (bearer, basic) = (reader.Secret("bearer", isRequired: false), reader.Secret("basic", isRequired: false));
        reader.Finish();
        if (bearer is not null && basic is not null) reader.Fail("basic", "stands beside key.remote.bearer", "one of the two");
        if (url is { Scheme: "http", IsLoopback: false } && (bearer ?? basic) is not null) reader.Fail("url", "would send the header's secret unencrypted to another machine", "a URL that begins with https://");
        if (isNeeded)
        {
            Require(reader, "bearer", bearer);
            Require(reader, "basic", basic);
        }
        return url is null || address is null ? null : new(url, address.Value, method, timeout, bearer, basic);
    }

    /// <summary>Tells at once what could not be read when it is needed.</summary>
    public static void Require(ConfigReader reader, string name, Reference? secret)
    {
        try
        {
            secret?.ReadPrivate();
        }
        catch (ReferenceException error)
        {
            reader.Fail(name, error.Message, error.Expected);
        }
    }
}
