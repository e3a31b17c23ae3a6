using Keeper.Core.Chain;

namespace Keeper.Host.Keys;

/// <summary>A signer and what must be let go with it.</summary>
internal sealed class OpenedKey(ISigner signer, Func<ValueTask> release) : IAsyncDisposable
{
    public ISigner Signer => signer;

    public ValueTask DisposeAsync() => release();
}
