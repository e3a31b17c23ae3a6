using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Core.Chain.Keystore;
using Keeper.Core.Primitives;

namespace Keeper.Host.Keys;

/// <summary>The key that is to be the operator's: a keystore to make or to take, or an address whose key another process holds.</summary>
/// <param name="option">The option that names it.</param>
/// <param name="keystore">Null where <paramref name="remote"/> is given.</param>
/// <param name="password">Asked for when it is needed.</param>
/// <param name="scryptN">What deriving a made key costs.</param>
internal sealed class NewKey(string option, string? keystore, Func<string> password, Address? remote, int scryptN = KeystoreV3.StandardScryptN)
{
    private Address? _known;

    public string Field => option;
    public string? Keystore => keystore;

    /// <summary>Null where it is not made yet.</summary>
    /// <exception cref="StartupException">It is there and cannot be opened.</exception>
    public Address? Known() => _known ??= remote ?? (File.Exists(keystore) ? Open(keystore) : null);

    /// <summary>Takes what is there, and makes what is not.</summary>
    /// <exception cref="StartupException">It cannot be opened or made.</exception>
    public (Address Address, bool IsMade) Obtain()
    {
        if (Known() is { } known) return (known, false);
        using var key = PrivateKey.Generate();
        try
        {
            KeystoreFile.Write(keystore!, key, password(), scryptN);
            _known = key.Address;
            return (key.Address, true);
        }
        catch (KeystoreException error)
        {
            throw new StartupException(ExitCode.Environment, option, $"cannot be written: {error.Message}", "a folder that this user may write");
        }
    }

    private Address Open(string path)
    {
        try
        {
            using var key = KeystoreFile.Read(path, password());
            return key.Address;
        }
        catch (KeystoreException error)
        {
            throw new StartupException(ExitCode.Config, option, $"cannot be opened: {error.Message}", "a path where no file is, or a V3 keystore of mode 0600 and its password");
        }
    }
}
