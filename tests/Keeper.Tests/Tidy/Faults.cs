namespace Keeper.Tests.Tidy;

/// <summary>Fails with every fault on a line of its own: a collection assertion would cut them short.</summary>
internal static class Faults
{
    public static void None(IEnumerable<string> faults)
    {
        var found = faults.ToArray();
        Assert.True(found.Length == 0, string.Join('\n', found.Prepend($"{found.Length} found:")));
    }
}
