namespace Keeper.Core.Chain.Keystore;

/// <summary>A keystore could not be opened. The message names neither the password nor anything secret of the file.</summary>
public sealed class KeystoreException(string message) : Exception(message);
