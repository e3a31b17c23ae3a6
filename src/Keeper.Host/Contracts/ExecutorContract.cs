using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>The owner's side of <c>contracts/src/executor/ILiquidationExecutor.sol</c>: who may do what.</summary>
internal static class ExecutorContract
{
    public const string ArtifactName = "LiquidationExecutor";
    public const string AllowTargetSignature = "allowTarget(address,bytes4,bool)";
    public const string AllowTokenSignature = "allowToken(address,bool)";

    public static byte[] DeployData(Address owner, Address operatorAddress, Address treasury) =>
        Artifact.Load(ArtifactName).DeployData(new AbiWriter().Word(owner).Word(operatorAddress).Word(treasury).ToArray());

    public static CallRequest Owner(Address executor) => View(executor, "owner()");
    public static CallRequest Operator(Address executor) => View(executor, "operator()");
    public static CallRequest Treasury(Address executor) => View(executor, "treasury()");
    public static CallRequest Paused(Address executor) => View(executor, "paused()");

    public static CallRequest IsTargetAllowed(Address executor, Address target, uint selector) =>
        new(executor, new AbiWriter().Word(target).Word(SelectorWord(selector)).ToCall(Keccak.Selector("isTargetAllowed(address,bytes4)")));

    public static CallRequest IsTokenAllowed(Address executor, Address token) =>
        new(executor, new AbiWriter().Word(token).ToCall(Keccak.Selector("isTokenAllowed(address)")));

    public static byte[] AllowTarget(Address target, uint selector) =>
        new AbiWriter().Word(target).Word(SelectorWord(selector)).Word(true).ToCall(Keccak.Selector(AllowTargetSignature));

    public static byte[] AllowToken(Address token) => new AbiWriter().Word(token).Word(true).ToCall(Keccak.Selector(AllowTokenSignature));

    private static CallRequest View(Address executor, string signature) => new(executor, new AbiWriter().ToCall(Keccak.Selector(signature)));

    /// <summary>A bytes4 stands at the left of its word.</summary>
    private static UInt256 SelectorWord(uint selector) => new(0, 0, 0, (ulong)selector << 32);
}
