using Keeper.Core.Mirror.Snapshots;

namespace Keeper.Core.Protocol;

/// <summary>A protocol's state as it was when <see cref="IProtocol.Capture"/> was called, for any thread.</summary>
public interface ICapturedState
{
    int AccountCount { get; }

    /// <summary>
    /// Writes what logs have told, in the one order that depends on nothing else, so that equal states are equal bytes. What is read from
    /// contracts (<see cref="IProtocol.MissingReads"/>) is left out: it is read again.
    /// </summary>
    void Save(SnapshotWriter writer);

    /// <summary>Sums over the state and whom to ask for the same: where they differ, something was missed.</summary>
    IReadOnlyList<TotalCheck> Totals();
}
