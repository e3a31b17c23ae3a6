namespace Keeper.Core.Submission;

/// <summary>The kinds of <see cref="Preview"/>.</summary>
public enum PreviewKind
{
    /// <summary>Not asked, or without a usable answer: nothing is known to have changed.</summary>
    Unknown,

    /// <summary>Something in it succeeds, and brings what was asked of it.</summary>
    Pays,

    /// <summary>It reverts, or nothing in it succeeds.</summary>
    Fails,
}
