using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Rlp;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Rlp;

public sealed class TransactionTests
{
    /// <summary>The example of EIP-155.</summary>
    private static readonly TransactionFields Eip155 = new(
        1, 9, Address.Parse("0x3535353535353535353535353535353535353535"), new Wei(UInt256.Parse("1000000000000000000")), default, new Gas(21000), Fees.Legacy(Wei.FromGwei(20)));

    private const string Eip155Key = "4646464646464646464646464646464646464646464646464646464646464646";

    [Fact]
    public async Task A_legacy_transaction_is_the_example_of_eip_155()
    {
        using var signer = LocalSigner.FromHex(Eip155Key);
        Assert.Equal("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", TransactionEncoding.SigningHash(Eip155).ToString());
        var signed = await signer.SignAsync(Eip155, CancellationToken.None);
        Assert.Equal(
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83",
            Hex.Encode(signed.Raw.Span));
        Assert.Equal("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f", signed.Sender.ToString());
    }

    /// <summary>A transaction of Ethereum, which alloy-rs/alloy tests with as well (consensus crate, recover_signer_eip1559).</summary>
    [Fact]
    public void A_dynamic_fee_transaction_of_the_main_chain_has_its_hash_and_sender()
    {
        var fields = new TransactionFields(
            1, 0x42, Address.Parse("0x6069a6c32cf691f5982febae4faf8a6f3ab2f0f6"), Wei.Zero,
            Hex.Decode("0xa22cb4650000000000000000000000005eee75727d804a2b13038928d36f8b188945a57a0000000000000000000000000000000000000000000000000000000000000000"),
            new Gas(44386), new Fees(new Wei(0x4a817c800ul), new Wei(0x3b9aca00ul)));
        var signature = new RecoverableSignature(
            UInt256.Parse("0x840cfc572845f5786e702984c2a582528cad4b49b2a10b9db1be7fca90058565"), UInt256.Parse("0x25e7109ceb98168d95b09b18bbf6b685130e0562f233877d492b94eee0c5b6d1"), 0);
        var decoded = RawTransaction.Decode(TransactionEncoding.Encode(fields, signature));
        Assert.Equal("0x0ec0b6a2df4d87424e5f6ad2a654e27aaeb7dac20ae9e8385cc09087ad532ee0", decoded.Hash.ToString());
        Assert.Equal("0xdd6b8b3dc6b7ad97db52f08a275ff4483e024cea", decoded.Sender.ToString());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task What_is_signed_reads_back_as_it_was_asked(bool legacy, bool creates)
    {
        using var signer = LocalSigner.FromHex(Eip155Key);
        for (var nonce = 0ul; nonce < 300; nonce += 37)
        {
            var fees = legacy ? Fees.Legacy(Wei.FromGwei(nonce)) : new Fees(Wei.FromGwei(nonce + 2), Wei.FromGwei(nonce));
            var asked = new TransactionFields(31337, nonce, creates ? null : signer.Address, new Wei(nonce), new byte[nonce], new Gas(21_000 + nonce), fees);
            var signed = await signer.SignAsync(asked, CancellationToken.None);
            var decoded = RawTransaction.Decode(signed.Raw);
            Assert.Equal((signed.Hash, signer.Address), (decoded.Hash, decoded.Sender));
            Assert.Equal(asked with { Data = default }, decoded.Fields with { Data = default });
            Assert.Equal(asked.Data.ToArray(), decoded.Fields.Data.ToArray());
            Assert.Equal(signed.Raw.ToArray(), (await signer.SignAsync(asked, CancellationToken.None)).Raw.ToArray());
        }
    }

    [Fact]
    public async Task Signing_what_no_node_takes_or_any_chain_takes_is_refused()
    {
        using var signer = LocalSigner.FromHex(Eip155Key);
        await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Eip155 with { ChainId = 0 }, CancellationToken.None));
        await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Eip155 with { Fees = new Fees(new Wei(1u), new Wei(2u)) }, CancellationToken.None));
    }

    [Fact]
    public async Task A_changed_byte_changes_the_sender_or_breaks_the_encoding()
    {
        using var signer = LocalSigner.FromHex(Eip155Key);
        var signed = await signer.SignAsync(Eip155 with { Fees = new Fees(Wei.FromGwei(2), Wei.FromGwei(1)) }, CancellationToken.None);
        for (var i = 0; i < signed.Raw.Length; i++)
        {
            var changed = signed.Raw.ToArray();
            changed[i] ^= 1;
            try
            {
                Assert.NotEqual(signer.Address, RawTransaction.Decode(changed).Sender);
            }
            catch (RlpException)
            {
                // The other lawful end.
            }
        }
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x01c0")]
    [InlineData("0x02c0")]
    [InlineData("0x04")]
    [InlineData("0xc0")]
    // EIP-155's example as it would be before EIP-155: v = 27.
    [InlineData("0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000801ba028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83")]
    public void What_is_no_such_transaction_is_refused(string raw) => Assert.Throws<RlpException>(() => RawTransaction.Decode(Hex.Decode(raw)));
}
