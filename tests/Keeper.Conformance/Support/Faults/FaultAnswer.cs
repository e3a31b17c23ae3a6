namespace Keeper.Conformance.Support.Faults;

/// <summary>What a <see cref="FaultProxy"/> says to one call.</summary>
internal abstract record FaultAnswer
{
    private FaultAnswer() { }

    /// <summary>An answer object of JSON-RPC, right or wrong.</summary>
    public sealed record Json(string Text) : FaultAnswer;

    /// <summary>In place of the answers to the whole request.</summary>
    public sealed record Body(int Status, string Text, string ContentType = "application/json") : FaultAnswer;

    /// <summary>The connection breaks.</summary>
    public sealed record Reset : FaultAnswer;
}
