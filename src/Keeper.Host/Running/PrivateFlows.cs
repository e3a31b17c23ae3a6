using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.OrderFlow;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;
using Keeper.Host.Keys;

namespace Keeper.Host.Running;

/// <summary>From the configuration to whom attempts are told first.</summary>
internal static class PrivateFlows
{
    /// <returns>Null where the configuration names nobody.</returns>
    /// <exception cref="StartupException">The reputation key cannot be opened, or is the operator's.</exception>
    public static IPrivateFlow? Create(OrderFlowOptions? flow, ChainOptions chain, Address? operatorAddress, TimeProvider time)
    {
        if (flow is null) return null;
        var library = ChainLibraries.Of(chain);
        RpcEndpoint[] endpoints = [.. flow.Endpoints.Select(endpoint => new RpcEndpoint { Name = endpoint.Name, HttpUrl = endpoint.Http, RequestTimeout = flow.Timeout, MaxResponseBytes = 1 << 20 })];
        return flow.IsBundle
            ? new BundleRelays(endpoints, flow.Blocks, Signature(flow.Reputation, chain, library, operatorAddress), time)
            : new PrivateEndpoints(endpoints, flow.Blocks, library.Driver, time);
    }

    /// <summary>As relays ask for it: the signer's address, and its EIP-191 signature of the body's hash written as hex.</summary>
    private static Func<ReadOnlyMemory<byte>, string>? Signature(KeyOptions.Keystore? reputation, ChainOptions chain, IChainLibrary library, Address? operatorAddress)
    {
        if (reputation is null) return null;
        var key = KeyFile.Open(reputation.Path, Secrets.Read(reputation.Password, "orderFlow.reputation.password"), chain, "orderFlow.reputation.keystore", "orderFlow.reputation.password");
        if (key.Address == operatorAddress)
        {
            key.Dispose();
            throw new StartupException(ExitCode.Config, "orderFlow.reputation.keystore", $"holds the operator's key {operatorAddress}", "a key of its own that holds no coin (`keeper key new`)");
        }
        return body => $"{AddressChecksum.Format(key.Address)}:{Hex.Encode(key.SignMessage(Encoding.ASCII.GetBytes(library.Hash(body.Span).ToString())))}";
    }
}
