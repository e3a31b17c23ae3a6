using System.Globalization;
using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>Where a standard fixes the bytes, every signer and encoder gives the same ones: those of the committed files.</summary>
public sealed class GoldenBytes
{
    private static readonly (string Name, string Hex)[] Keys =
    [
        ("ordinary", "4646464646464646464646464646464646464646464646464646464646464646"),
        ("beginning with 00", "00f1e2d3c4b5a6978877665544332211fedcba98765432100123456789abcdef"),
        ("beginning with 0000", "0000e2d3c4b5a6978877665544332211fedcba98765432100123456789abcdef"),
        ("one", "0000000000000000000000000000000000000000000000000000000000000001"),
        ("the last", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"),
    ];

    public static TheoryData<string> Signers => [.. BuiltInSigners.All.Select(signer => signer.Name)];

    public static TheoryData<string> Encoders => [.. BuiltInEncoders.All.Select(encoder => encoder.Name)];

    [Theory]
    [MemberData(nameof(Signers))]
    public async Task Signed_transactions_are_the_committed_bytes(string signer)
    {
        var fromHex = BuiltInSigners.All.Single(built => built.Name == signer).FromHex;
        var text = new StringBuilder();
        foreach (var (keyName, key) in Keys)
        {
            var holder = fromHex(key);
            try
            {
                text.Append(CultureInfo.InvariantCulture, $"key {keyName}: {holder.Address}\n");
                foreach (var (name, fields) in Transactions().Where(transaction => keyName == "ordinary" || transaction.Fields.Data.Length < 1_000))
                {
                    var signed = await holder.SignAsync(fields, CancellationToken.None);
                    Assert.Equal(holder.Address, signed.Sender);
                    text.Append(CultureInfo.InvariantCulture, $"{name}: {signed.Hash} {Hex.Encode(signed.Raw.Span)}\n");
                }
            }
            finally
            {
                (holder as IDisposable)?.Dispose();
            }
        }
        Golden.Matches("signed.golden.txt", text.ToString());
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Calls_of_the_executor_are_the_committed_bytes(string encoder)
    {
        var calls = BuiltInEncoders.All.Single(built => built.Name == encoder).Encode();
        Golden.Matches("executor.golden.txt", string.Concat(calls.OrderBy(call => call.Key, StringComparer.Ordinal).Select(call => $"{call.Key}: {Hex.Encode(call.Value)}\n")));
    }

    private static IEnumerable<(string Name, TransactionFields Fields)> Transactions()
    {
        var to = Address.Parse("0x3535353535353535353535353535353535353535");
        foreach (var legacy in (bool[])[false, true])
        {
            var kind = legacy ? "legacy" : "EIP-1559";
            var fees = legacy ? Fees.Legacy(Wei.FromGwei(20)) : new Fees(Wei.FromGwei(30), Wei.FromGwei(2));
            var plain = new TransactionFields(31337, 7, to, Wei.Zero, new byte[] { 1, 2, 3 }, new Gas(100_000), fees);
            foreach (var nonce in (ulong[])[0, 127, 128, 1UL << 32, ulong.MaxValue - 1]) yield return ($"{kind}, nonce {nonce}", plain with { Nonce = nonce });
            yield return ($"{kind}, no data", plain with { Data = default });
            yield return ($"{kind}, one byte of data", plain with { Data = new byte[] { 0x7f } });
            yield return ($"{kind}, one byte of data from 0x80 on", plain with { Data = new byte[] { 0x80 } });
            yield return ($"{kind}, 55 bytes of data", plain with { Data = Data(55) });
            yield return ($"{kind}, 56 bytes of data", plain with { Data = Data(56) });
            yield return ($"{kind}, 10 kB of data", plain with { Data = Data(10_240) });
            yield return ($"{kind}, a creation", plain with { To = null, Data = Data(64) });
            yield return ($"{kind}, to the zero address", plain with { To = Address.Zero });
            yield return ($"{kind}, value of one wei", plain with { Value = new Wei(1u) });
            yield return ($"{kind}, value of a million coins", plain with { Value = new Wei(UInt256.Parse("1000000000000000000000000")) });
            yield return ($"{kind}, value of 256 bits", plain with { Value = new Wei(UInt256.MaxValue) });
            yield return ($"{kind}, no fees", plain with { Fees = legacy ? Fees.Legacy(Wei.Zero) : new Fees(Wei.Zero, Wei.Zero) });
            yield return ($"{kind}, chain 1", plain with { ChainId = 1 });
            yield return ($"{kind}, chain of 32 bits", plain with { ChainId = uint.MaxValue });
            yield return ($"{kind}, gas of 24 bits", plain with { GasLimit = new Gas(16_777_216) });
        }
        yield return ("EIP-1559, tip as high as the cap", new(10, 1, to, Wei.Zero, default, new Gas(21_000), new Fees(Wei.FromGwei(5), Wei.FromGwei(5))));
    }

    private static byte[] Data(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 % 256))];
}
