using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Contracts;

/// <summary>
/// Port: the owner's side of <c>contracts/src/executor/ILiquidationExecutor.sol</c>, who may do what. Answers are read strictly: one
/// that is short, long or out of range is an exception and never a zero. Safe for concurrent use.
/// </summary>
public interface IExecutorContract
{
    /// <summary><c>allowTarget</c> as a person calls it.</summary>
    public const string AllowTargetSignature = "allowTarget(address,bytes4,bool)";

    /// <summary><c>allowToken</c> as a person calls it.</summary>
    public const string AllowTokenSignature = "allowToken(address,bool)";

    /// <summary>What a deploying transaction carries.</summary>
    /// <param name="initCode">The compiled contract, without arguments.</param>
    byte[] DeployData(ReadOnlyMemory<byte> initCode, ExecutorRoles roles);

    byte[] AllowTarget(Address target, uint selector, bool allowed);
    byte[] AllowToken(Address token, bool allowed);
    byte[] SetOperator(Address operatorAddress);
    byte[] SetPaused(bool paused);

    /// <exception cref="AbiException">The contract does not answer as an executor does.</exception>
    /// <exception cref="ChainException">No node answers.</exception>
    Task<ExecutorState> ReadAsync(IChainClient client, Address executor, BlockId at, CancellationToken cancellation);

    /// <summary>Which of the grants the owner has given, in their order, at one block.</summary>
    /// <exception cref="AbiException">The contract does not answer as an executor does.</exception>
    /// <exception cref="ChainException">No node answers.</exception>
    Task<IReadOnlyList<bool>> AreGivenAsync(IChainClient client, Address executor, IReadOnlyList<ExecutorGrant> grants, BlockId at, CancellationToken cancellation);

    /// <summary>The executor's own errors in words. Never throws; one short line, since the bytes are a stranger's.</summary>
    string DescribeRevert(ReadOnlyMemory<byte> data);
}
