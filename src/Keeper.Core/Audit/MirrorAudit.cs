using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Audit;

/// <summary>
/// Holds a sample of accounts against the contract, block by block. 1: the questions go out with what each block is asked for anyway, and hold what the mirror says. 2: what
/// differs is looked at again at the mirror's block. 3: what differs there too is read anew. 4: what then still differs makes its protocol one that is not believed.
/// Not safe for concurrent use: the loop owns it.
/// </summary>
/// <param name="drifted">Told why, when too many accounts were wrong.</param>
internal sealed class MirrorAudit(IChainClient chain, NearestAccounts nearest, AuditOptions options, Readiness readiness, Action<string> drifted, ILogger logger)
{
    /// <summary>Its name in <see cref="Readiness"/>.</summary>
    public const string Component = "audit";

    /// <summary>Accounts that are read anew at once; one that heals a market heals the others in it.</summary>
    private const int MaxRepairs = 8;

    /// <summary>Blocks for which an account whose views are not answered is left out: a view that loops costs the gas of all.</summary>
    private const ulong SilentBlocks = 256;

    /// <summary>Looks at one account that the node may refuse before it counts as one that cannot be read anew.</summary>
    private const int MaxRefusals = 16;

    private const int MaxSilent = 1_024, MaxDoubted = 256;

    private readonly AuditSample _sample = new(options.AccountsPerBlock);
    private readonly DriftWindow _drift = new(options.MaxMismatchesPerHour);

    /// <summary>By the account's name: its number, and the adapter, may be others after a reorg or a rebuild.</summary>
    private readonly Dictionary<string, ulong> _silentUntil = [];

    /// <summary>They differed, and are to be looked at again.</summary>
    private readonly List<Doubt> _doubted = [];

    private bool _pauses;

    /// <summary>Whom this block is to be asked about; the mirror is at that block, without a hint.</summary>
    public IReadOnlyList<AuditQuestion> Ask(Mirror.Mirror mirror)
    {
        var pauses = _pauses;
        _pauses = false;
        if (options.AccountsPerBlock == 0 || pauses) return [];
        IProtocol[] believed = [.. mirror.Protocols.Where(protocol => protocol.IsAudited && mirror.FaultOf(protocol) is null)];
        foreach (var protocol in believed) AuditInstruments.Expect(protocol.Settings.Name);
        var urgent = nearest.InOrder().Where(account => believed.Contains(account.Protocol) && account.Account < account.Protocol.AccountCount);
        return [.. _sample.Next(believed, urgent, IsLeftOut).Select(account => Question(account.Protocol, account.Account)).OfType<AuditQuestion>()];

        bool IsLeftOut(IProtocol protocol, int account) =>
            _silentUntil.Count > 0 && _silentUntil.TryGetValue(AuditQuestion.NameOf(protocol, protocol.KeyOf(account)), out var until) && until > mirror.Head.Number;

        AuditQuestion? Question(IProtocol protocol, int account)
        {
            var key = protocol.KeyOf(account);
            if (ViewsOf(protocol, account, mirror) is { } reads) return new(protocol, account, key, reads);
            AuditInstruments.Unanswered(protocol.Settings.Name);
            LeaveOut(AuditQuestion.NameOf(protocol, key), mirror.Head.Number);
            return null;
        }
    }

    /// <summary>The round that held the questions failed: the next one goes without, so that they never hold up what stands beside them.</summary>
    public void Failed() => _pauses = true;

    /// <param name="answers">To all reads of the questions, in their order.</param>
    /// <param name="mirror">Where it is by now, without a hint.</param>
    public async Task JudgeAsync(IReadOnlyList<AuditQuestion> asked, IEnumerable<CallResult> answers, Mirror.Mirror mirror, CancellationToken cancellation)
    {
        if (options.AccountsPerBlock == 0) return;
        using var next = answers.GetEnumerator();
        var compared = asked.Select(question => (Question: question, Differences: Compare(question.Reads, Take(next, question.Reads.Count)))).ToArray();
        foreach (var (question, differences) in compared)
        {
            if (differences is null)
            {
                AuditInstruments.Unanswered(question.Protocol.Settings.Name);
                // Where nobody is answered it is the node, and the next one may answer.
                if (compared.Any(other => other.Differences is not null)) LeaveOut(question.Name, mirror.Head.Number);
                continue;
            }
            AuditInstruments.Checked(question.Protocol.Settings.Name);
            if (differences.Count > 0 && _doubted.Count < MaxDoubted && !_doubted.Exists(doubt => doubt.Question.Name == question.Name)) _doubted.Add(new(question));
        }
        _doubted.RemoveAll(doubt => !IsOf(mirror, doubt.Question));
        if (_doubted.Count > 0) await LookAgainAsync(mirror, cancellation).ConfigureAwait(false);
        if (_doubted.Count == 0) readiness.Succeeded(Component);
        else readiness.Failed(Component, $"{_doubted.Count} accounts seem to differ from the contract and could not be looked at again yet");
    }

    private async Task LookAgainAsync(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        Doubt[] doubted = [.. _doubted.Take(MaxRepairs)];
        var repairs = doubted.Select(doubt => doubt.Question.Protocol is var protocol
            ? AdapterFault.Run(protocol, AdapterCall.RepairReads, () => AdapterFault.Whole(protocol.RepairReads(doubt.Question.Account)), _ => []) : []).ToArray();
        var calls = doubted.SelectMany((doubt, i) => doubt.Question.Reads.Select(read => read.Call).Concat(repairs[i].Select(read => read.Call))).ToArray();
        try
        {
            using var answers = (await chain.CallAsync(calls, BlockId.At(mirror.Head), cancellation).ConfigureAwait(false)).AsEnumerable().GetEnumerator();
            for (var i = 0; i < doubted.Length; i++)
            {
                var question = doubted[i].Question;
                var (views, stored) = (Take(answers, question.Reads.Count), Take(answers, repairs[i].Count));
                if (mirror.FaultOf(question.Protocol) is not null || LookAgain(mirror, doubted[i], views, repairs[i], stored)) _doubted.Remove(doubted[i]);
            }
        }
        catch (ChainException error)
        {
            AuditLog.Postponed(logger, doubted[0].Question.Name, error.Message);
        }
    }

    /// <param name="views">What the contract says of the account at the mirror's block.</param>
    /// <param name="stored">What it stores there.</param>
    /// <returns>False where the node did not let the contract answer: it is asked again.</returns>
    private bool LookAgain(Mirror.Mirror mirror, Doubt doubt, IReadOnlyList<CallResult> views, IReadOnlyList<StateRead> repairs, IReadOnlyList<CallResult> stored)
    {
        var question = doubt.Question;
        // One view of several that loops is no reason not to hear the others.
        var refused = stored.OfType<CallResult.Refused>().FirstOrDefault() ?? (views.All(view => view is CallResult.Refused) ? views.OfType<CallResult.Refused>().FirstOrDefault() : null);
        if (refused is not null && ++doubt.Refusals < MaxRefusals)
        {
            AuditLog.Postponed(logger, question.Name, ForeignText.Clean(refused.Reason));
            return false;
        }
        // By what the mirror holds now: an account before it in this list may have healed it.
        var differences = Differences();
        if (differences is null or [])
        {
            if (differences is null) AuditInstruments.Unanswered(question.Protocol.Settings.Name);
            else AuditLog.Unconfirmed(logger, question.Name, mirror.Head);
            return true;
        }
        AuditInstruments.Mismatch(question.Protocol.Settings.Name);
        foreach (var difference in differences) AuditLog.Mismatch(logger, mirror.Head, question.Name, difference);
        if (_drift.Add(mirror.Head.Timestamp)) drifted($"more than {options.MaxMismatchesPerHour} accounts were wrong within an hour, the last {question.Name}: {differences[0]}");
        var failure = repairs.Count == 0 ? "the contract has no view of what it stores" : repairs.Zip(stored, Failure).FirstOrDefault(failed => failed is not null);
        failure ??= Differences() is [var still, ..] ? $"{still}, though it was read anew" : null;
        if (failure is null) AuditLog.Repaired(logger, question.Name, mirror.Head);
        else
        {
            AuditLog.Distrusted(logger, question.Name, failure);
            mirror.Distrust(question.Protocol, $"{question.Name} cannot be put right: {failure}");
        }
        return true;

        IReadOnlyList<AuditDifference>? Differences() => ViewsOf(question.Protocol, question.Account, mirror) is { } reads ? Compare(reads, views) : null;
    }

    /// <summary>What is wrong with an answer, or null where the mirror has it now.</summary>
    private static string? Failure(StateRead read, CallResult answer)
    {
        if (answer is not CallResult.Returned(var data)) return $"the {read.What} cannot be read";
        try
        {
            read.Apply(data);
            return null;
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            return $"the {read.What}: {error.Message}";
        }
    }

    /// <summary>Null where an answer tells nothing and no other differs.</summary>
    private static IReadOnlyList<AuditDifference>? Compare(IReadOnlyList<AuditRead> reads, IReadOnlyList<CallResult> answers)
    {
        var (found, isWhole) = (new List<AuditDifference>(), true);
        for (var i = 0; i < reads.Count; i++)
        {
            try
            {
                if (reads[i].Compare(answers[i]) is { } differences) found.AddRange(differences);
                else isWhole = false;
            }
            catch (Exception error) when (AdapterFault.Is(error))
            {
                // Not what the contract's view returns, or nothing that the adapter can read.
                isWhole = false;
            }
        }
        return isWhole || found.Count > 0 ? found : null;
    }

    private static CallResult[] Take(IEnumerator<CallResult> answers, int count)
    {
        var taken = new CallResult[count];
        for (var i = 0; i < count; i++) taken[i] = answers.MoveNext() ? answers.Current : throw new ArgumentException("Fewer answers than questions.", nameof(answers));
        return taken;
    }

    /// <summary>The account is still the one that was asked about.</summary>
    private static bool IsOf(Mirror.Mirror mirror, AuditQuestion question) =>
        mirror.Protocols.Contains(question.Protocol) && mirror.FaultOf(question.Protocol) is null
        && question.Account < question.Protocol.AccountCount && question.Protocol.KeyOf(question.Account) == question.Key;

    private void LeaveOut(string account, ulong block)
    {
        if (_silentUntil.Count >= MaxSilent) _silentUntil.Clear();
        _silentUntil[account] = block + SilentBlocks;
    }

    /// <summary>Null where the adapter fails at it.</summary>
    private static IReadOnlyList<AuditRead>? ViewsOf(IProtocol protocol, int account, Mirror.Mirror mirror) =>
        AdapterFault.Run<IReadOnlyList<AuditRead>?>(protocol, AdapterCall.AuditReads, () => AdapterFault.Whole(protocol.AuditReads(account, mirror.Head.Timestamp)), _ => null);

    private sealed class Doubt(AuditQuestion question)
    {
        public AuditQuestion Question => question;

        public int Refusals { get; set; }
    }
}
