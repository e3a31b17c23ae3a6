namespace Keeper.Tests.Packaging;

/// <summary>The build files themselves, by running dotnet on a layout that is made for it. No package source but a folder is asked.</summary>
public sealed class OptionalPackagesTests : IDisposable
{
    private readonly PackageLayout _layout = new();

    public void Dispose() => _layout.Dispose();

    [Fact]
    public async Task The_first_build_takes_what_a_source_has_and_asks_once_for_all_projects()
    {
        _layout.Publish("Nethereum.Web3", "6.1.0");
        var build = await _layout.BuildAsync("Top");
        Assert.True(build.Code == 0, build.Output);
        Assert.Equal(1, build.Asked);
        foreach (var project in new[] { "Left", "Right", "Top" }) Assert.True(build.HasConstant(project), build.Output);
        Assert.True(build.HasReference("Left") && build.HasReference("Right") && !build.HasReference("Top"), build.Output);

        Assert.Equal("true", await _layout.EvaluateAsync("Top"));
        var again = await _layout.RestoreAsync("Top");
        Assert.Equal((0, 0, true), (again.Code, again.Asked, again.HasConstant("Top")));
        var off = await _layout.RestoreAsync("Left", "-p:UseNethereum=false");
        Assert.Equal((0, 0, false, false), (off.Code, off.Asked, off.HasConstant("Left"), off.HasReference("Left")));
    }

    [Fact]
    public async Task Without_a_source_it_builds_without_and_asks_again_only_where_something_changed()
    {
        var build = await _layout.BuildAsync("Left");
        Assert.True(build.Code == 0, build.Output);
        Assert.Equal((1, false, false), (build.Asked, build.HasConstant("Left"), build.HasReference("Left")));
        Assert.Equal("false", await _layout.EvaluateAsync("Top"));

        _layout.Age(TimeSpan.FromHours(2));
        var again = await _layout.RestoreAsync("Top");
        Assert.Equal((0, 0, false), (again.Code, again.Asked, again.HasConstant("Top")));

        _layout.Publish("Nethereum.Web3", "6.1.0");
        var published = await _layout.RestoreAsync("Top");
        Assert.Equal((0, 1, true), (published.Code, published.Asked, published.HasConstant("Top")));
    }

    [Fact]
    public async Task A_package_whose_dependency_is_missing_is_not_used()
    {
        // NuGet leaves such a package in the folder: its presence alone would break every restore from then on.
        _layout.Publish("Nethereum.Web3", "6.1.0", dependency: "Gone");
        var first = await _layout.RestoreAsync("Left");
        Assert.Equal((0, 1, false), (first.Code, first.Asked, first.HasConstant("Left")));
        var second = await _layout.RestoreAsync("Left");
        Assert.Equal((0, 0, false), (second.Code, second.Asked, second.HasConstant("Left")));

        _layout.Publish("Gone", "1.0.0");
        var complete = await _layout.RestoreAsync("Left");
        Assert.Equal((0, 1, true), (complete.Code, complete.Asked, complete.HasConstant("Left")));
    }

    [Fact]
    public async Task Forced_without_the_package_fails_and_says_what_to_do()
    {
        var forced = await _layout.RestoreAsync("Top", "-p:UseNethereum=true");
        Assert.NotEqual(0, forced.Code);
        Assert.Contains("error KEEPER001: UseNethereum is true, but Nethereum.Web3 6.1.0 cannot be restored", forced.Output, StringComparison.Ordinal);
        Assert.Contains("Add a package source", forced.Output, StringComparison.Ordinal);
        Assert.Contains("-p:UseNethereum=false", forced.Output, StringComparison.Ordinal);

        _layout.Publish("Nethereum.Web3", "6.1.0");
        _layout.Variables["UseNethereum"] = "true";
        Assert.True((await _layout.RestoreAsync("Top")).HasConstant("Top"));
        _layout.Variables["UseNethereum"] = "false";
        Assert.False((await _layout.RestoreAsync("Top")).HasConstant("Top"));
    }

    [Fact]
    public async Task A_package_that_came_after_the_restore_is_told_before_the_compiler_misses_it()
    {
        Assert.Equal(0, (await _layout.RestoreAsync("Left")).Code);
        _layout.Publish("Nethereum.Web3", "6.1.0");
        Assert.Equal(0, (await _layout.RestoreAsync("Right")).Code);
        var build = await _layout.BuildAsync("Left", "--no-restore");
        Assert.NotEqual(0, build.Code);
        Assert.Contains("error KEEPER003: Nethereum.Web3 6.1.0 is in the package folder", build.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _layout.BuildAsync("Right", "--no-restore")).Code);
    }

    [Fact]
    public async Task An_IDE_that_collects_the_references_gets_the_package_too()
    {
        Assert.DoesNotContain("Nethereum.Web3", (await _layout.CollectAsync("Left")).Output, StringComparison.Ordinal);
        _layout.Publish("Nethereum.Web3", "6.1.0");
        Assert.Contains("\"Identity\": \"Nethereum.Web3\"", (await _layout.CollectAsync("Left")).Output, StringComparison.Ordinal);
        Assert.Equal("true", await _layout.EvaluateAsync("Left"));
    }

    [Fact]
    public async Task A_value_that_is_neither_true_nor_false_is_an_error()
    {
        var odd = await _layout.RestoreAsync("Left", "-p:UseNethereum=perhaps");
        Assert.NotEqual(0, odd.Code);
        Assert.Contains("error KEEPER002: UseNethereum is 'perhaps'", odd.Output, StringComparison.Ordinal);
        Assert.Equal(0, odd.Asked);
    }

    [Fact]
    public async Task A_source_that_cannot_be_reached_is_asked_again_after_an_hour()
    {
        // The port of discard, where nobody listens.
        _layout.UseSource("https://127.0.0.1:9/index.json");
        var first = await _layout.RestoreAsync("Left");
        Assert.True(first.Code == 0, first.Output);
        Assert.Equal((1, false), (first.Asked, first.HasConstant("Left")));
        Assert.Contains("could not be reached", first.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _layout.RestoreAsync("Left")).Asked);
        _layout.Age(TimeSpan.FromHours(2));
        Assert.Equal(1, (await _layout.RestoreAsync("Left")).Asked);
    }
}
