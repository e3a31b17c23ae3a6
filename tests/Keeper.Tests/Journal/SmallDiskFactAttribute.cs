namespace Keeper.Tests.Journal;

/// <summary>A test that fills a disk of its own. Where this user may not mount one it is skipped by name, in CI too: <see cref="FewPages"/> and <see cref="LimitedProcess"/> stand in for it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> CanMount = new(() =>
    {
        try
        {
            new SmallDisk(64).Dispose();
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    public SmallDiskFactAttribute()
    {
        if (!CanMount.Value) Skip = "A disk cannot be mounted: run as root on Linux, with the right to mount.";
    }
}
