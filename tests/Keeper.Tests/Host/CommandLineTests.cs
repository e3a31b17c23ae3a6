using Keeper.Host;

namespace Keeper.Tests.Host;

public sealed class CommandLineTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Theory]
    [InlineData("fly")]
    [InlineData("run", "--bogus")]
    [InlineData("run", "--config")]
    [InlineData("key")]
    [InlineData("key", "new")]
    [InlineData("executor", "deploy", "--owner", "0x00000000000000000000000000000000000000bb")]
    public async Task A_wrong_command_line_has_the_code_of_a_wrong_configuration(params string[] args)
    {
        var result = await Cli.RunAsync(Nothing, "", args);
        Assert.Equal((ExitCode.Config, ""), (result.Code, result.Out));
        Assert.NotEmpty(result.Problems);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    [InlineData("--version")]
    public async Task Help_is_no_error(params string[] args)
    {
        var result = await Cli.RunAsync(Nothing, "", args);
        Assert.Equal((ExitCode.Ok, ""), (result.Code, result.Error));
        Assert.NotEmpty(result.Out);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "--dry-run")]
    [InlineData("check")]
    [InlineData("executor", "verify")]
    public async Task A_missing_file_is_named(params string[] args)
    {
        var result = await Cli.RunAsync(Nothing, "", [.. args, "--config", "/no/such/keeper.json"]);
        Assert.Equal(ExitCode.Config, result.Code);
        Assert.Equal("/no/such/keeper.json is missing", Assert.Single(result.Problems));
    }

    [Fact]
    public async Task An_address_that_is_none_names_its_option()
    {
        var result = await Cli.RunAsync(Nothing, "", "executor", "deploy", "--owner", "0x12", "--operator", FakeNode.Owner, "--treasury", FakeNode.Owner, "--keystore", "x");
        Assert.Equal(ExitCode.Config, result.Code);
        Assert.Equal("--owner is not an address", Assert.Single(result.Problems));
    }
}
