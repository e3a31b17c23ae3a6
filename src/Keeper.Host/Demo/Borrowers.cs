using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Demo;

/// <summary>Borrowers to open, by the seed: what each pledges and how far its debt goes. Pure. Their addresses are numbers, for which the node signs.</summary>
internal static class Borrowers
{
    private const ulong First = 0xb0_0000_0000;

    /// <param name="mostPpm">The most that can be borrowed, of the amount above which an account is liquidated.</param>
    public static IReadOnlyList<Borrower> Generate(int count, int seed, ulong mostPpm)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => One())];

        Borrower One()
        {
            var distance = random.NextDouble();
            return new(random.Next(DemoAsset.All.Count), (ulong)random.Next(3_000, 200_000), mostPpm - 3_000 - (ulong)(400_000 * distance * distance));
        }
    }

    public static Address AddressOf(ulong number) => AbiReader.ToAddress((UInt256)(First + number));

    /// <param name="word">A borrower's address, as a topic or an argument holds it.</param>
    public static ulong NumberOf(UInt256 word) => (ulong)word - First;

    /// <summary>Coins to pay for what it sends.</summary>
    public static Task EndowAsync(IDevNode chain, ulong number, CancellationToken cancellation) => chain.SetBalanceAsync(AddressOf(number), Wei.FromGwei(1_000_000_000), cancellation);
}
