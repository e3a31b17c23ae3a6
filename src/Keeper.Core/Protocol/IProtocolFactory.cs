using Keeper.Core.Mirror;

namespace Keeper.Core.Protocol;

/// <summary>Port: what an adapter that comes as a package of its own has one of, public and with a constructor without arguments.</summary>
public interface IProtocolFactory
{
    /// <summary>Makes the adapter; several times in one process, each with tables of its own.</summary>
    /// <param name="settings">With <see cref="PackageOptions"/>.</param>
    /// <param name="undo">Has no frame yet: the adapter's tables join it.</param>
    /// <exception cref="ArgumentException">A setting is missing or wrong; the message says which, and shows no secret.</exception>
    IProtocol Create(ProtocolSettings settings, UndoLog undo);
}
