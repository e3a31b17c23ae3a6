using Keeper.Chain.Nethereum;
using Keeper.Chain.Nethereum.Contracts;
using Keeper.Chain.Nethereum.Contracts.Feeds;
using Keeper.Core.Chain;

namespace Keeper.Benchmarks.Clients;

internal sealed class NethereumSubject : IClientSubject
{
    public IChainLibrary Library => NethereumLibrary.Instance!;

    public int DecodeEvent(Log log)
    {
        var answer = TypedLogs.Decode<AnswerUpdatedEvent>(log);
        return HashCode.Combine(answer.Current, answer.RoundId, answer.UpdatedAt);
    }
}
