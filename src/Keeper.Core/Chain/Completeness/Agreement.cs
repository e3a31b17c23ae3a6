using Keeper.Core.Chain.Nodes;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Chain.Completeness;

/// <summary>
/// Asks two endpoints for the same logs, and further ones while no two have given the same. Whoever says otherwise than two others is blamed; where no two
/// agree, all who answered are. A single endpoint is believed: there is nobody to ask, which <c>check</c> tells.
/// </summary>
/// <param name="isRequired">Whether one answer is not enough where several endpoints are configured and the others give none.</param>
internal sealed class Agreement(NodeRouter router, bool isRequired)
{
    private const string Check = "agreement";

    /// <param name="areSame">Of two answers that are not null.</param>
    /// <returns>The answer of two; null where one of those who were asked gave null.</returns>
    /// <exception cref="ChainException">Too few answered, or no two agree.</exception>
    public async Task<T?> ReadAsync<T>(Func<INode, CancellationToken, Task<T?>> read, Func<T, T, bool> areSame, CancellationToken cancellation) where T : class
    {
        // One that is put aside says nothing; one that fails is waited for where its word is needed.
        var nodes = router.Usable(failingToo: isRequired);
        if (router.Nodes.Count == 1 || nodes.Count == 0 || (nodes.Count == 1 && !isRequired)) return await router.ReadAsync(read, cancellation).ConfigureAwait(false);

        var answers = new List<(INode Node, T Answer)>();
        ChainException? failure = null;
        foreach (var asked in (INode[][])[[.. nodes.Take(2)], .. nodes.Skip(2).Select(node => (INode[])[node])])
        {
            foreach (var (node, answer, error) in await Task.WhenAll(asked.Select(node => AskAsync(node, read, cancellation))).ConfigureAwait(false))
            {
                if (error is not null) failure = error;
                else if (answer is null) return null;
                else answers.Add((node, answer));
            }
            if (answers.Find(one => answers.Exists(other => other.Node != one.Node && areSame(one.Answer, other.Answer))).Answer is not { } agreed) continue;
            foreach (var (node, answer) in answers)
                if (!areSame(answer, agreed)) ChainInstruments.IntegrityFailed(node.Name, Check);
            return agreed;
        }
        if (answers.Count == 0) throw failure!;
        if (answers.Count == 1 && !isRequired) return answers[0].Answer;
        if (answers.Count == 1) throw new ChainException($"Only {answers[0].Node.Name} tells the logs, and this chain's profile wants two endpoints that agree{(failure is null ? "" : $": {failure.Message}")}", ChainFault.Unproven);
        foreach (var (node, _) in answers) ChainInstruments.IntegrityFailed(node.Name, Check);
        throw new ChainException($"{string.Join(" and ", answers.Select(answer => answer.Node.Name))} do not tell the same logs.", ChainFault.Unproven);
    }

    private async Task<(INode Node, T? Answer, ChainException? Error)> AskAsync<T>(INode node, Func<INode, CancellationToken, Task<T?>> read, CancellationToken cancellation) where T : class
    {
        try
        {
            return (node, await router.ReadFromAsync(node, read, cancellation).ConfigureAwait(false), null);
        }
        catch (ChainException error)
        {
            return (node, null, error);
        }
    }
}
