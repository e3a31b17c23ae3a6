using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Keeper.AdapterKit;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Host;

/// <summary>The example of templates/, built with these tests, as an operator's own adapter: from its file, by its hash.</summary>
public sealed class AdapterPackageTests : IDisposable
{
    private const string Token = "0x1111111111111111111111111111111111111111";
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_example_is_loaded_and_passes_the_kit()
    {
        var (settings, errors) = Load(Section());
        Assert.Empty(errors);
        var protocol = ProtocolCatalog.Create(settings!);
        Assert.Equal("Example.Adapter.ExampleProtocol", protocol.GetType().FullName);
        Assert.Equal(Address.Parse(Token), Assert.Single(protocol.RewardTokens).Address);

        var changed = Assert.Single(protocol.Filter.Any.Topics);
        var random = new Random(1);
        KitBlock[] blocks = [.. Enumerable.Range(1, 12).Select(number => new KitBlock(Block((ulong)number), [.. Enumerable.Range(0, 3).Select(_ => Changed(Block((ulong)number)))]))];
        Assert.Empty(AdapterKit.AdapterKit.Check(new(undo => ProtocolCatalog.Create(settings!, undo), blocks, (_, _) => new CallResult.Reverted(default))));

        Log Changed(BlockRef block) =>
            Log(block, settings!.Address, changed, new AbiWriter().Word((Int256)random.Next(-5, 20)).Word((ulong)random.Next(10)).ToArray(), new Hash32((UInt256)(ulong)random.Next(6)));
    }

    [Theory]
    [InlineData("path", "\"nowhere.dll\"", "path is ", "where there is no file")]
    [InlineData("path", "\"../keeper.json\"", "sha256 is not that of", "")]
    [InlineData("path", null, "path is missing", "")]
    [InlineData("sha256", null, "sha256 is missing", "")]
    [InlineData("sha256", "\"0x0000000000000000000000000000000000000000000000000000000000000001\"", "sha256 is not that of", "")]
    [InlineData("type", "\"Example.Adapter.Nothing\"", "type is \"Example.Adapter.Nothing\", which is not in Example.Adapter", "")]
    [InlineData("type", "\"Example.Adapter.ExampleProtocol\"", "type is Example.Adapter.ExampleProtocol, which does not implement IProtocolFactory", "")]
    [InlineData("type", null, "type is missing", "")]
    [InlineData("settings", "[ { \"name\": \"a\" }, { \"name\": \"a\" } ]", "settings[1].name repeats another setting", "")]
    public void What_is_wrong_with_a_package_is_told_before_any_of_it_runs(string key, string? json, string problem, string more)
    {
        var section = Section();
        ConfigFolder.Set(section, key, json);
        var error = Assert.Single(Load(section).Errors);
        Assert.StartsWith($"protocols/own.json: package.{problem}", error, StringComparison.Ordinal);
        Assert.Contains(more, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_told()
    {
        File.WriteAllText(_folder.In("text.dll"), "no assembly");
        var section = Section();
        section["path"] = "../text.dll";
        section["sha256"] = HashOf(_folder.In("text.dll"));
        Assert.Contains("which is no .NET assembly", Assert.Single(Load(section).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_hash_it_is_told_which_it_would_be()
    {
        var section = Section();
        section.Remove("sha256");
        Assert.Contains(HashOf(ExamplePath), Assert.Single(Load(section).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_that_refuses_its_settings_is_an_error_of_configuration()
    {
        var section = Section();
        section.Remove("settings");
        var (settings, errors) = Load(section);
        Assert.Empty(errors);
        var refused = Assert.Throws<StartupException>(() => ProtocolCatalog.Create(settings!));
        Assert.Equal(ExitCode.Config, refused.Code);
        Assert.Contains("protocols/own.json: package cannot be used: the setting \"token\" is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_replaced_while_the_keeper_runs_changes_nothing()
    {
        var copy = _folder.In("copy.dll");
        File.Copy(ExamplePath, copy);
        var section = Section();
        section["path"] = copy;
        var settings = Load(section).Settings!;
        File.AppendAllText(copy, "x");
        Assert.Equal("Example.Adapter.ExampleProtocol", ProtocolCatalog.Create(settings).GetType().FullName);
        File.Delete(copy);
        Assert.Equal("Example.Adapter.ExampleProtocol", ProtocolCatalog.Create(settings).GetType().FullName);
    }

    [Fact]
    public void A_file_that_changed_before_it_was_ever_loaded_is_not_loaded()
    {
        var settings = Load(Section()).Settings!;
        settings = settings with { Options = (PackageOptions)settings.Options! with { Sha256 = new Hash32(UInt256.One) } };
        Assert.Contains("is not that of", Assert.Throws<StartupException>(() => ProtocolCatalog.Create(settings)).Message, StringComparison.Ordinal);
    }

    /// <summary>The factory fails at options that are none of its own: an exception that its port does not name.</summary>
    [Fact]
    public async Task What_a_factory_throws_is_an_error_at_the_start_and_a_fault_of_its_protocol_later()
    {
        var settings = Load(Section()).Settings!;
        settings = settings with { Options = (PackageOptions)settings.Options! with { Values = null! } };
        Assert.Contains("package cannot be used: NullReferenceException", Assert.Throws<StartupException>(() => ProtocolCatalog.Create(settings)).Message, StringComparison.Ordinal);

        Support.ScriptedProtocol other = null!;
        var builder = new MirrorBuilder(
            new Support.ScriptedChain { Newest = Block(3) }, Support.TestProfile.Fast, undo => [Keeper.Host.Running.KeeperAssembly.CreateAgain(settings, undo), other = new(undo)], TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<MirrorBuilder>.Instance);
        var (mirror, _) = await builder.BuildAsync(default);
        Assert.Equal([other], mirror.Trusted);
        Assert.Contains("NullReferenceException", mirror.FaultOf(mirror.Protocols[0]), StringComparison.Ordinal);
    }

    /// <summary>Built beside these tests, in the same configuration.</summary>
    private static string ExamplePath { get; } = Path.Combine(
        Tidy.Repository.Root, "templates", "Example.Adapter", "bin", AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}") ? "Release" : "Debug", "net10.0", "Example.Adapter.dll");

    private static string HashOf(string path) => "0x" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static JsonObject Section() => new()
    {
        ["path"] = ExamplePath, ["sha256"] = HashOf(ExamplePath), ["type"] = "Example.Adapter.ExampleFactory",
        ["settings"] = new JsonArray(new JsonObject { ["name"] = "token", ["value"] = Token }),
    };

    private (ProtocolSettings? Settings, string[] Errors) Load(JsonObject section)
    {
        var file = new JsonObject { ["type"] = "package", ["address"] = ConfigFolder.Protocol, ["deployBlock"] = 0, ["package"] = section };
        _folder.AddProtocol("own", file.ToJsonString());
        var loaded = _folder.Load(Needs.Executor);
        return (loaded.Errors.Count == 0 ? loaded.Options!.Protocols[^1] : null, [.. loaded.Errors.Select(error => error.ToString())]);
    }
}
