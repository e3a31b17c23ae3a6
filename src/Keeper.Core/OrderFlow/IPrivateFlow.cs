using Keeper.Core.Chain;

namespace Keeper.Core.OrderFlow;

/// <summary>
/// Port: takes signed bytes to those who build blocks, and to nobody else. What becomes of them is told by the chain alone: a relay may fail, lie, or
/// accept and discard. Safe for concurrent use.
/// </summary>
public interface IPrivateFlow : IAsyncDisposable
{
    /// <summary>Blocks for which an attempt is told here only. 1 or more.</summary>
    int Blocks { get; }

    /// <summary>
    /// Tells every endpoint. Never throws for what one answers, nor for silence: an unknown outcome is <see cref="SendError.Ambiguous"/>. Is not repeated
    /// inside: the caller asks again for each block.
    /// </summary>
    Task<SendResult> SendAsync(PrivateOrder order, CancellationToken cancellation);
}
