using System.Text.Json;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;

namespace Keeper.Tests.Host;

public sealed class ArtifactTests
{
    private static readonly Address Treasury = Address.Parse("0x00000000000000000000000000000000000000cc");

    [Fact]
    public void Code_with_its_immutables_filled_in_is_the_artefact()
    {
        var match = Artifact.Load("LiquidationExecutor").Compare(ExecutorCode(Treasury));
        Assert.True(match.IsSame, match.Difference);
        Assert.Equal([0xccUL], match.Immutables);
    }

    [Fact]
    public void One_changed_byte_outside_the_immutables_is_another_contract()
    {
        var code = ExecutorCode(Treasury);
        code[100] ^= 1;
        Assert.Equal("differs from LiquidationExecutor at byte 100", Artifact.Load("LiquidationExecutor").Compare(code).Difference);
        Assert.Contains("bytes of code", Artifact.Load("LiquidationExecutor").Compare(code.AsSpan(1)).Difference);
        Assert.Contains("has 0 bytes", Artifact.Load("LiquidationExecutor").Compare([]).Difference);
    }

    [Fact]
    public void An_immutable_that_differs_between_its_places_is_another_contract()
    {
        var code = ExecutorCode(Treasury);
        code[Places().First() + 31] ^= 1;
        Assert.Equal("holds different values where LiquidationExecutor holds one immutable", Artifact.Load("LiquidationExecutor").Compare(code).Difference);
    }

    [Fact]
    public void Libraries_are_linked_into_the_code()
    {
        var artifact = Artifact.Load("RefPerps");
        Assert.NotEmpty(artifact.Libraries);
        Assert.Throws<ArgumentException>(() => artifact.DeployData([]));
        var libraries = artifact.Libraries.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => Address.Parse($"0x{pair.index + 1:x40}"));
        var data = Hex.Encode(artifact.DeployData([1, 2, 3], libraries));
        Assert.EndsWith("010203", data, StringComparison.Ordinal);
        Assert.All(libraries.Values, library => Assert.Contains(library.ToString()[2..], data, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_artefact_is_embedded_and_loads()
    {
        Assert.Contains("LiquidationExecutor", Artifact.Names);
        Assert.All(Artifact.Names, name => Assert.InRange(Artifact.Load(name).DeployedLength, 100, 24_576));
        Assert.Throws<ArgumentException>(() => Artifact.Load("Nothing"));
    }

    [Fact]
    public void Errors_are_known_by_their_selectors() =>
        // cast sig "MinProfitNotMet(address,int256,uint256)"
        Assert.Equal("MinProfitNotMet(address,int256,uint256)", Artifact.Load("LiquidationExecutor").Errors[Keeper.Chain.Native.Crypto.Keccak.Selector("MinProfitNotMet(address,int256,uint256)")]);

    /// <summary>The executor's code as a deployment with this treasury leaves it.</summary>
    internal static byte[] ExecutorCode(Address treasury)
    {
        using var artifact = Open();
        var code = Hex.Decode(artifact.RootElement.GetProperty("deployedBytecode").GetString()!);
        foreach (var start in Places()) treasury.CopyTo(code.AsSpan(start + 12));
        return code;
    }

    private static int[] Places()
    {
        using var artifact = Open();
        return [.. artifact.RootElement.GetProperty("immutableReferences").GetProperty("0").EnumerateArray().Select(place => place.GetProperty("start").GetInt32())];
    }

    private static JsonDocument Open() => JsonDocument.Parse(typeof(Artifact).Assembly.GetManifestResourceStream("artifacts/LiquidationExecutor.json")!);
}
