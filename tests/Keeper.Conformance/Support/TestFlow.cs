namespace Keeper.Conformance.Support;

/// <summary>
/// A test and the tasks that it starts. Instruments are the process's own, and tests run side by side: a measurement is taken where it is made, and this
/// tells whose it is.
/// </summary>
internal sealed class TestFlow
{
    private static readonly AsyncLocal<TestFlow?> Current = new();

    private TestFlow() { }

    /// <summary>This test's own. What the caller starts from now on belongs to it, where the caller is the test or was not awaited by it.</summary>
    public static TestFlow Begin() => Current.Value ??= new();

    public bool IsHere => Current.Value == this;
}
