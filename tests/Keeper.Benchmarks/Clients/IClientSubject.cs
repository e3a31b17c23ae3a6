using Keeper.Core.Chain;

namespace Keeper.Benchmarks.Clients;

/// <summary>One client library at the work that is compared.</summary>
internal interface IClientSubject
{
    /// <summary>Its name is the middle of the ids.</summary>
    IChainLibrary Library { get; }

    /// <summary>An <c>AnswerUpdated</c> log to its three values; gives something that depends on them.</summary>
    int DecodeEvent(Log log);
}
