using System.Diagnostics;

namespace Keeper.Conformance.EndToEnd.Kill;

/// <summary>SIGKILL of this very process, the next time that it comes to a point. Nothing is finished, nothing is flushed.</summary>
internal sealed class Death
{
    private int _point = -1;

    public void ArmAt(KillPoint point) => Volatile.Write(ref _point, (int)point);

    public bool Awaits(KillPoint point) => Volatile.Read(ref _point) == (int)point;

    public void At(KillPoint point)
    {
        if (Awaits(point)) Now();
    }

    /// <summary>Does not return.</summary>
    public static void Now()
    {
        Process.GetCurrentProcess().Kill();
        new ManualResetEventSlim().Wait();
    }
}
