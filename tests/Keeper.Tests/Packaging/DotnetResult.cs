namespace Keeper.Tests.Packaging;

/// <summary>How a run of dotnet ended.</summary>
internal sealed record DotnetResult(int Code, string Output)
{
    /// <summary>How often the package sources were asked.</summary>
    public int Asked => Lines.Count(line => line.Contains("Asking the package sources for Nethereum.Web3", StringComparison.Ordinal));

    private string[] Lines => Output.Split('\n');

    public bool HasConstant(string project) => Told(project).Contains(";NETHEREUM;", StringComparison.Ordinal);

    public bool HasReference(string project) => Told(project).Contains(";Nethereum.Web3;", StringComparison.Ordinal);

    private string Told(string project) => Lines.LastOrDefault(line => line.Contains($"{project} has [", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"{project} told nothing:\n{Output}");
}
