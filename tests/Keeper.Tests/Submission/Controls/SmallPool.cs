using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Submission.Controls;

/// <summary>
/// A pool before a scene's chain that keeps a few transactions of the key. What is beyond it drops, as pools do: with a word, or saying that it accepted.
/// </summary>
internal sealed class SmallPool
{
    private readonly SenderScene _scene;
    private readonly HashSet<ulong> _held = [];

    /// <param name="most">Transactions that it keeps.</param>
    /// <param name="balance">What the key has: all that it holds must be payable at worst, but for <paramref name="unpaid"/> more. Null where it does not look.</param>
    /// <param name="refusal">What it says to what it does not keep.</param>
    public SmallPool(SenderScene scene, int most, SendError refusal = SendError.None, Wei? balance = null, int unpaid = 0)
    {
        _scene = scene;
        scene.Chain.Sending = raw =>
        {
            var nonce = Signed.Single(signed => signed.Raw.Span.SequenceEqual(raw.Span)).Nonce;
            if (_held.Contains(nonce)) return;
            if (_held.Count < most && IsPaid(nonce)) _held.Add(nonce);
            else if (refusal != SendError.None) scene.Chain.SendAnswers.Enqueue(new(refusal, "as the node words it"));
        };

        bool IsPaid(ulong nonce)
        {
            if (balance is not { } has) return true;
            var costs = _held.Append(nonce).Order().Aggregate((Sum: Wei.Zero, Beyond: 0), (so, held) =>
            {
                var fields = scene.Signer.Signed.Last(signed => signed.Nonce == held);
                var sum = so.Sum + fields.Fees.MaxFeePerGas * fields.GasLimit;
                return (sum, sum > has ? so.Beyond + 1 : so.Beyond);
            });
            return costs.Beyond <= unpaid;
        }
    }

    /// <summary>Signed, journalled, its account held: and in no pool.</summary>
    public int Homeless => Signed.Select(signed => signed.Nonce).Distinct().Count(nonce => !_held.Contains(nonce));

    private IReadOnlyList<JournalEntry.Signed> Signed => _scene.Journal.All<JournalEntry.Signed>();
}
