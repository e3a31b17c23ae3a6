using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Nethereum.Accounts;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Nethereum;

public sealed class NethereumSignerTests
{
    private static readonly TransactionFields Plain = new(1, 0, Address.Zero, Wei.Zero, default, new Gas(21_000), new Fees(new Wei(2u), new Wei(1u)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task It_gives_the_bytes_of_the_built_in_signer(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var key = RandomTransactions.Key(random);
            var fields = RandomTransactions.Next(random);
            using var expected = new LocalSigner(new PrivateKey(key));
            using var signer = new NethereumSigner(key);
            var (wanted, signed) = (await expected.SignAsync(fields, CancellationToken.None), await signer.SignAsync(fields, CancellationToken.None));
            Assert.Equal(Hex.Encode(wanted.Raw.Span), Hex.Encode(signed.Raw.Span));
            Assert.Equal((wanted.Hash, wanted.Sender, wanted.Fields), (signed.Hash, signed.Sender, signed.Fields));
            Assert.Equal(expected.Address, signer.Address);
        }
    }

    [Fact]
    public async Task Many_at_once_sign_as_one_after_the_other()
    {
        var key = RandomTransactions.Key(new Random(4));
        using var signer = new NethereumSigner(key);
        var fields = Enumerable.Range(0, 64).Select(nonce => Plain with { Nonce = (ulong)nonce }).ToArray();
        var together = await Task.WhenAll(fields.Select(one => Task.Run(async () => await signer.SignAsync(one, CancellationToken.None))));
        for (var i = 0; i < fields.Length; i++) Assert.Equal((await signer.SignAsync(fields[i], CancellationToken.None)).Hash, together[i].Hash);
    }

    [Fact]
    public async Task Signing_what_no_node_takes_or_any_chain_takes_is_refused()
    {
        using var signer = new NethereumSigner(RandomTransactions.Key(new Random(5)));
        await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain with { ChainId = 0 }, CancellationToken.None));
        await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain with { Fees = new Fees(new Wei(1u), new Wei(2u)) }, CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000001")]
    public void What_is_no_key_is_refused_and_not_quoted(string hex)
    {
        var error = Assert.Throws<SigningException>(() => new NethereumSigner(Convert.FromHexString(hex)));
        if (hex.Length > 2) Assert.DoesNotContain(hex, error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task It_tells_its_address_and_signs_no_more_once_disposed_of()
    {
        var key = RandomTransactions.Key(new Random(6));
        var signer = new NethereumSigner(key);
        Assert.Equal($"signer of {signer.Address}", signer.ToString());
        signer.Dispose();
        Assert.DoesNotContain(Convert.ToHexStringLower(key), (await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain, CancellationToken.None))).ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
