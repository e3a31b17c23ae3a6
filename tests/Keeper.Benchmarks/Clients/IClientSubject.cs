using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;

namespace Keeper.Benchmarks.Clients;

/// <summary>One client library at the work that is compared. Each call does the whole work and gives something that depends on its result.</summary>
internal interface IClientSubject
{
    /// <summary>Also the middle of the ids.</summary>
    string Name { get; }

    INodeDriver Driver { get; }

    ISigner Signer { get; }

    /// <summary>An <c>AnswerUpdated</c> log to its three values.</summary>
    int DecodeEvent(Log log);

    /// <summary><c>allowTarget(address,bytes4,bool)</c> to call data.</summary>
    int EncodeCall();
}
