namespace Keeper.Core.Chain;

/// <summary>Port: a signer whose key is in this process's memory, cleared on dispose.</summary>
public interface ILocalSigner : ISigner, IDisposable;
