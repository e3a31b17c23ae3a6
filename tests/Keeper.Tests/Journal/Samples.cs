using System.Buffers;
using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Journal;

namespace Keeper.Tests.Journal;

/// <summary>Entries that look like real ones, with a number in each to tell them apart.</summary>
internal static class Samples
{
    public static readonly Address Mine = Address.Parse("0x00000000000000000000000000000000000000aa");
    public static readonly Address Foreign = Address.Parse("0x00000000000000000000000000000000000000bb");

    public static Hash32 Hash(ulong number) => new(new UInt256(number, 0, 0, 1));

    /// <summary>The entry as it is stored.</summary>
    public static string Body(JournalEntry entry)
    {
        var body = new ArrayBufferWriter<byte>();
        JournalJson.Write(entry, body);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }

    public static JournalEntry.Intended Intended(ulong nonce, Address? key = null) => new(
        key ?? Mine, nonce, [new("refperps:17", "close 1.5 of market 2"), new("refperps:18", "resolve bad debt")], new byte[] { 0xb8, 0x11, 0xfc, 0x2c },
        new Gas(ulong.MaxValue), Deadline: 1_700_000_024, new BlockRef(100, Hash(100), Hash(99), 1_700_000_000),
        FromHint: true, new Usd((Int256)(-5L)), new Wei(UInt256.MaxValue));

    public static JournalEntry.Signed Signed(long plan, ulong nonce, int attempt = 0, ulong hash = 1) => new(
        plan, nonce, attempt, Hash(hash), new byte[] { 0x02, 0xf8, (byte)hash },
        new Fees(Wei.FromGwei(30), Wei.FromGwei(2)), IsCancel: false);

    public static JournalEntry.Broadcast Broadcast(long plan, ulong hash = 1, SendError answer = SendError.None) => new(plan, Hash(hash), answer);

    public static JournalEntry.Mined Mined(long plan, ulong hash = 1, ulong block = 101) =>
        new(plan, Hash(hash), block, Hash(block), Succeeded: true, new Gas(210_000), Wei.FromGwei(25));

    public static JournalEntry.Settled Settled(long plan, ulong hash = 1) =>
        new(plan, Hash(hash), [new("refperps:17", Outcome.Won, null), new("refperps:18", Outcome.Reverted, "Healthy(\"18\")\n\u00e9")]);

    public static JournalEntry.Abandoned Abandoned(long plan) => new(plan, "no longer pays");

    public static Rival Rival(ulong hash = 99) => new(Foreign, 101, Hash(hash), Wei.FromGwei(31));

    public static PaidToken Paid(string amount = "123456789012") => new(Foreign, UInt256.Parse(amount), "USDC", 6, Usd.Whole(123_456), "unit of account");

    public static JournalEntry.BreakerChanged Breaker(string name = "gas", bool isOpen = true, bool isManual = false) => new(name, isOpen, isManual, "0.5 of 0.4 spent without success", 1_700_000_012);

    public static JournalEntry.Adopted Adopted(ulong next, Address? key = null) => new(key ?? Mine, next, "the operator sent coin");

    public static JournalEntry.Missed Missed(string account = "refperps:17") => new(account, Rival(), "backing_off");

    /// <summary>Opens a plan: the two entries of one commit.</summary>
    public static JournalEntry[] Opening(ulong nonce, Address? key = null, ulong hash = 1) => [Intended(nonce, key), Signed(0, nonce, hash: hash)];

    /// <summary>A life of one plan in commits, every kind of entry in it.</summary>
    public static JournalEntry[][] Life(long plan, ulong nonce, ulong hash) =>
    [
        Opening(nonce, hash: hash), [Broadcast(plan, hash, SendError.ReplacementUnderpriced)], [Signed(plan, nonce, 1, hash + 1)],
        [Mined(plan, hash + 1)], [Settled(plan, hash + 1)],
    ];
}
