using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;

namespace Keeper.Host.Contracts;

/// <summary>What follows a deployment: the lines of the configuration, and the calls that only the owner can make.</summary>
internal static class FollowUp
{
    public static async Task WriteAsync(TextWriter output, KeeperOptions options, IChainClient client, IExecutorContract contract, Address executor, CancellationToken cancellation)
    {
        var code = await client.GetCodeAsync(executor, BlockId.Latest, cancellation);
        output.WriteLine($"executor.address   {AddressChecksum.Format(executor)}");
        output.WriteLine($"executor.codeHash  {Keccak.Hash(code.Span)}");
        output.WriteLine();
        output.WriteLine($"The owner's calls to {AddressChecksum.Format(executor)}, without which it may do nothing:");
        foreach (var settings in options.Protocols)
        {
            var protocol = ProtocolCatalog.Create(settings);
            foreach (var (target, selector, signature) in protocol.Functions)
            {
                output.WriteLine($"  {settings.Name}: {signature}");
                output.WriteLine($"    {IExecutorContract.AllowTargetSignature} {AddressChecksum.Format(target)} 0x{selector:x8} true");
                output.WriteLine($"    calldata {Hex.Encode(contract.AllowTarget(target, selector, allowed: true))}");
            }
            await WriteTokensAsync(output, protocol, client, contract, cancellation);
        }
    }

    /// <summary>The executor stands already: a protocol that does not answer is told, not thrown.</summary>
    private static async Task WriteTokensAsync(TextWriter output, Core.Protocol.IProtocol protocol, IChainClient client, IExecutorContract contract, CancellationToken cancellation)
    {
        try
        {
            foreach (var token in await ProtocolCatalog.RewardTokensAsync(protocol, client, BlockId.Latest, cancellation))
            {
                output.WriteLine($"  {protocol.Settings.Name}: rewards in the token {AddressChecksum.Format(token)}");
                output.WriteLine($"    {IExecutorContract.AllowTokenSignature} {AddressChecksum.Format(token)} true");
                output.WriteLine($"    calldata {Hex.Encode(contract.AllowToken(token, allowed: true))}");
            }
        }
        catch (Exception error) when (error is AbiException or ChainException)
        {
            output.WriteLine($"  {protocol.Settings.Name}: its reward tokens are unknown ({ForeignText.Clean(error.Message)}); each needs {IExecutorContract.AllowTokenSignature}");
        }
    }
}
