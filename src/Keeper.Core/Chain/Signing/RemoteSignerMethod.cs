namespace Keeper.Core.Chain.Signing;

/// <summary>What services that hold keys call it.</summary>
public enum RemoteSignerMethod
{
    /// <summary><c>eth_signTransaction</c> of web3signer, which gives the raw bytes, and of nodes, which give an object around them.</summary>
    EthSignTransaction,

    /// <summary><c>account_signTransaction</c> of clef, which gives an object: <c>raw</c> and <c>tx</c>.</summary>
    AccountSignTransaction,
}
