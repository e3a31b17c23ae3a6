using System.Text;
using Keeper.Core.Primitives;
using Keeper.Host.Running;

namespace Keeper.Tests.Chain.Signing;

public sealed class MessageSignatureTests
{
    public static TheoryData<string> Libraries => [.. ChainLibraries.BuiltIn.Select(library => library.Name)];

    /// <summary>The example of web3.js, <c>accounts.sign</c>.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_message_is_signed_as_wallets_sign_it(string library)
    {
        using var signer = ChainLibraries.Find(library)!.SignerOf(Hex.Decode("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"));
        Assert.Equal(
            "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c",
            Hex.Encode(signer.SignMessage(Encoding.UTF8.GetBytes("Some data"))));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_hash_is_keccak_256(string library) =>
        Assert.Equal("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", ChainLibraries.Find(library)!.Hash([]).ToString());
}
