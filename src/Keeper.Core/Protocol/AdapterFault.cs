using Keeper.Core.Chain;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Protocol;

/// <summary>
/// An exception that an adapter's code let out though its port names none: a fault of that protocol, which must stop nothing of the others in the same process. Each is
/// counted by protocol and call.
/// </summary>
internal static class AdapterFault
{
    /// <summary>Whether it may be the adapter's: what ends the process is not. A cancellation is, since no adapter is given a token that the process could cancel.</summary>
    public static bool Is(Exception error) => error is not (OutOfMemoryException or InsufficientExecutionStackException);

    /// <summary>What an adapter answered, where its port allows no null; for use within what catches its faults.</summary>
    public static T Whole<T>(T? answer) where T : class => answer ?? throw new InvalidOperationException("it gave null");

    /// <summary>The same of a list, and of all that is in it. A copy: the list's own code is the adapter's.</summary>
    public static IReadOnlyList<T> Whole<T>(IReadOnlyList<T>? answer)
    {
        T[] all = [.. answer ?? throw new InvalidOperationException("it gave null in the place of a list")];
        return Array.Exists(all, item => item is null) ? throw new InvalidOperationException("it gave null in a list") : all;
    }

    /// <summary>Counts it.</summary>
    /// <returns>What it is, for people.</returns>
    public static string Tell(string protocol, AdapterCall call, Exception error)
    {
        AdapterInstruments.Failed(protocol, call);
        return $"the adapter failed at {Label.Of(call)}: {error.GetType().Name}: {ForeignText.Clean(error.Message)}";
    }

    /// <summary>What the adapter answers; where it fails, what <paramref name="failed"/> makes of the reason.</summary>
    public static T Run<T>(IProtocol protocol, AdapterCall call, Func<T> ask, Func<string, T> failed)
    {
        try
        {
            return ask();
        }
        catch (Exception error) when (Is(error))
        {
            return failed(Tell(protocol.Settings.Name, call, error));
        }
    }
}
