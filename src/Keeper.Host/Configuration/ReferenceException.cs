namespace Keeper.Host.Configuration;

/// <summary>A reference leads nowhere. The message continues the sentence that the field begins.</summary>
internal sealed class ReferenceException(string problem, string expected) : Exception(problem)
{
    public string Expected { get; } = expected;
}
