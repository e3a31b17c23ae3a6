namespace Keeper.Host.Configuration;

/// <summary>One thing that is wrong, in words that show no secret.</summary>
/// <param name="Field">Where: <c>chain.endpoints[0].http</c>, an option of the command line, or a file.</param>
/// <param name="Problem">What it is: continues the sentence that the field begins.</param>
/// <param name="Expected">What would be right.</param>
internal sealed record ConfigError(string Field, string Problem, string Expected)
{
    public override string ToString() => $"{Field} {Problem}; expected: {Expected}";
}
