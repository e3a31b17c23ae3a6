namespace Keeper.Benchmarks.Clients;

/// <summary>The libraries that this build contains, the built-in one first.</summary>
internal static class ClientSubjects
{
    public static IEnumerable<IClientSubject> All()
    {
        yield return new NativeSubject();
#if NETHEREUM_PENDING
        yield return new NethereumSubject();
#endif
    }
}
