using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Protocols.Oracles;

namespace Keeper.Benchmarks.Clients;

/// <summary>The built-in library; events are decoded by the adapter itself.</summary>
internal sealed class NativeSubject : IClientSubject
{
    public IChainLibrary Library => NativeChainLibrary.Instance;

    public int DecodeEvent(Log log) => AnswerUpdated.Decode(log).GetHashCode();
}
