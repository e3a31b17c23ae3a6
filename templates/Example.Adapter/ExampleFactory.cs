using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Example.Adapter;

/// <summary>What the keeper looks for: the class that <c>package.type</c> names.</summary>
public sealed class ExampleFactory : IProtocolFactory
{
    public IProtocol Create(ProtocolSettings settings, UndoLog undo)
    {
        var options = (PackageOptions)settings.Options!;
        if (!options.Values.TryGetValue("token", out var text) || !Address.TryParse(text, out var token)) throw new ArgumentException("the setting \"token\" is missing, or no address");
        return new ExampleProtocol(settings, undo, token, options.Hash);
    }
}
