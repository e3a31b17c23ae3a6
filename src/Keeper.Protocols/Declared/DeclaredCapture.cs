using System.Globalization;
using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared.Terms;

namespace Keeper.Protocols.Declared;

/// <summary>Which accounts there were at one moment. What their views said is read again.</summary>
/// <param name="IsFromList">History was not read: accounts that are missing are no fault.</param>
internal sealed record DeclaredCapture(CapturedTable<UInt256, AccountRow> Accounts, ViewTerms? CountView, bool IsFromList) : ICapturedState
{
    /// <summary>Of the form below, below <see cref="VersionBits"/>.</summary>
    private const ulong Version = 1;
    private const int VersionBits = 8;

    public int AccountCount => Accounts.Count;

    /// <summary>The form, and which events name accounts by which argument, in any order: accounts that only another declaration finds are in no earlier state, and its history is read again.</summary>
    public static ulong VersionOf(IEnumerable<EventTerms> events, Keccak256 hash)
    {
        var lines = events.Select(known => string.Create(CultureInfo.InvariantCulture, $"{known.Contract} {known.Topic} {known.Account} {known.AccountType.Canonical} {Indexed(known)}"));
        return hash(Encoding.ASCII.GetBytes(string.Join('\n', lines.Order(StringComparer.Ordinal)))).Word.Limb(0) << VersionBits | Version;

        // Where an argument stands depends on which of them are topics, and the event's topic does not tell.
        static string Indexed(EventTerms known) => string.Concat(known.Signature.Inputs.Select(field => field.IsIndexed ? 'i' : 'd'));
    }

    public void Save(SnapshotWriter writer)
    {
        writer.Count(Accounts.Count);
        for (var i = 0; i < Accounts.Count; i++) writer.Unsigned(Accounts.KeyAt(i));
    }

    public static void Load(ref SnapshotReader reader, DeclaredState state, bool areAddresses)
    {
        // Those of a list are there already, and may be more than when it was saved.
        var listed = state.Accounts.Count;
        for (var left = reader.Count(bytesEach: 1); left > 0; left--)
        {
            var account = reader.Unsigned();
            if (areAddresses && account.BitLength > 160) throw new SnapshotException(SnapshotFault.Damaged, "An account is no address.");
            if (listed == 0) state.Accounts.Append(account, AccountRow.New);
            else state.Touch(account);
        }
        if (listed == 0 && !state.Accounts.Index()) throw new SnapshotException(SnapshotFault.Damaged, "An account is there twice.");
    }

    /// <summary>The contract's own count, where it has one: an account that no log told of would never be asked about.</summary>
    public IReadOnlyList<TotalCheck> Totals()
    {
        if (CountView is not { } view) return [];
        var (held, call) = ((UInt256)(ulong)Accounts.Count, view.Ask(UInt256.Zero, null));
        // A list may name accounts that the contract does not have, so that too many are no fault either.
        return [IsFromList ? new("number of accounts", call, _ => null, answer => Told(answer) > held ? Words(answer) : null) : new("number of accounts", call, answer => Told(answer) != held ? Words(answer) : null)];

        UInt256 Told(ReadOnlyMemory<byte> answer) => view.Read(answer.Span)[0].Bits;

        string Words(ReadOnlyMemory<byte> answer) => $"the mirror holds {held}, the contract {Told(answer)}";
    }
}
