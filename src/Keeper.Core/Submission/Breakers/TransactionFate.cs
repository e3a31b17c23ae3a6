namespace Keeper.Core.Submission.Breakers;

/// <summary>What breakers need to know of a settled transaction.</summary>
public enum TransactionFate
{
    /// <summary>It liquidated at least one account.</summary>
    Won,

    /// <summary>It liquidated none, and at least one failed for another reason than a race that was lost.</summary>
    Reverted,

    /// <summary>Somebody else was first, or it only used up its nonce: says nothing of what is wrong with us.</summary>
    Neither,
}
