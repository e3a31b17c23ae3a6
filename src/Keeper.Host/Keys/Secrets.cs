using Keeper.Host.Configuration;

namespace Keeper.Host.Keys;

/// <summary>What a reference to a secret leads to, at the moment it is needed.</summary>
internal static class Secrets
{
    /// <param name="field">Who named it.</param>
    /// <exception cref="StartupException">There is nothing, or others can read it.</exception>
    public static string Read(Reference secret, string field)
    {
        try
        {
            return secret.ReadPrivate();
        }
        catch (ReferenceException error)
        {
            throw new StartupException(ExitCode.Config, field, error.Message, error.Expected);
        }
    }
}
