using Keeper.Core.Chain;
using Keeper.Core.Chain.Keystore;
using Keeper.Host.Configuration;
using Keeper.Host.Running;

namespace Keeper.Host.Keys;

/// <summary>Opens the operator's keystore.</summary>
internal static class KeyFile
{
    /// <exception cref="StartupException">Missing, readable by others, wrong password, or a key that everybody knows.</exception>
    public static ILocalSigner Open(KeyOptions.Keystore key, ChainOptions chain) =>
        Open(key.Path, Secrets.Read(key.Password, "key.password"), chain, "key.keystore", "key.password");

    /// <param name="keystoreField">How an error names the file.</param>
    /// <param name="passwordField">How an error names the password's place.</param>
    /// <exception cref="StartupException">As above.</exception>
    public static ILocalSigner Open(string keystore, string password, ChainOptions chain, string keystoreField, string passwordField)
    {
        var signer = Decrypt(ChainLibraries.Of(chain), keystore, password, keystoreField, passwordField);
        try
        {
            PublishedKeys.Refuse(signer.Address, chain, keystoreField);
            return signer;
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }

    private static ILocalSigner Decrypt(IChainLibrary library, string keystore, string password, string keystoreField, string passwordField)
    {
        if (!File.Exists(keystore)) throw new StartupException(ExitCode.Config, keystoreField, $"names the file {keystore}, which is missing", "a V3 keystore; `keeper key new --out FILE` makes one");
        try
        {
            return library.OpenKeystore(keystore, password);
        }
        catch (KeystoreException error)
        {
            throw new StartupException(ExitCode.Config, keystoreField, $"cannot be opened: {error.Message}", $"a V3 keystore of mode 0600 and, in {passwordField}, its password");
        }
    }
}
