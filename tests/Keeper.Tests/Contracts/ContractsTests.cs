namespace Keeper.Tests.Contracts;

/// <summary>The Foundry project, from here: what stands in contracts/ is tested by the same command as everything else.</summary>
[Collection(ContractsCollection.Name)]
public sealed class ContractsTests
{
    /// <summary>Both compile from nothing in a fresh clone, which takes half a minute on two cores.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task The_committed_artefacts_are_what_the_sources_build()
    {
        var run = await NodeScript.RunAsync(Limit, "tools/build-artifacts.mjs", "--check");
        Assert.True(run.ExitCode == 0, run.ToString());
        // The script that compared nothing would end well too.
        Assert.Matches(@"^\d+ artefacts are what the sources build\s*$", run.Output);
    }

    [Fact]
    public async Task The_suite_of_the_contracts_passes()
    {
        var run = await NodeScript.RunAsync(Limit, "tools/forge.mjs", "test", "--color", "never");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Matches(@"[1-9]\d* tests passed, 0 failed, 0 skipped", run.Output);
    }

    [Fact]
    public async Task Control_a_suite_that_fails_ends_with_another_code_and_says_what_failed()
    {
        var run = await NodeScript.RunAsync(Limit, "tools/forge.mjs", "test", "--color", "never", "--match-contract", "MathTest", "--gas-limit", "100000");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("MathTest", run.ToString(), StringComparison.Ordinal);
    }
}
