namespace Keeper.Core.Submission;

/// <summary>Why a plan ended without any of its transactions in the chain. The same names stand in metrics, journal and log.</summary>
public enum AbandonReason
{
    /// <summary>A transaction that the journal does not know used its nonce.</summary>
    ForeignNonce,
}
