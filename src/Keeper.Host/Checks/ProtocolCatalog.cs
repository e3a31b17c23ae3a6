using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Declared;
using Keeper.Protocols.MorphoBlue;
using Keeper.Protocols.RefPerps;

namespace Keeper.Host.Checks;

/// <summary>From a protocol's settings to its adapter, outside the loop.</summary>
internal static class ProtocolCatalog
{
    /// <summary>Answers may ask for more; no protocol goes deeper than a feed behind an oracle behind a provider behind a contract.</summary>
    private const int MaxRounds = 12;

    /// <summary>To be asked about its contract: without the accounts that it would begin with.</summary>
    public static IProtocol Create(ProtocolSettings settings) => Create(settings with { Start = null }, new UndoLog());

    public static IProtocol Create(ProtocolSettings settings, UndoLog undo) => settings.Type switch
    {
        "refperps" => new RefPerpsProtocol(settings, undo),
        "aave-v3" => new AaveV3Protocol(settings, undo),
        "morpho-blue" => new MorphoBlueProtocol(settings, undo, Keccak.Hash),
        "declared" => new DeclaredProtocol(settings, undo),
        "package" => AdapterPackage.Create(settings, undo),
        _ => throw new ArgumentException($"There is no adapter '{settings.Type}'.", nameof(settings)),
    };

    /// <summary>Reads what an adapter without any log still wants to know, and with it the tokens.</summary>
    /// <exception cref="AbiException">The contract does not answer as its protocol does.</exception>
    public static async Task<IReadOnlyList<Address>> RewardTokensAsync(IProtocol protocol, IChainClient client, BlockId at, CancellationToken cancellation)
    {
        var failed = new HashSet<string>();
        for (var round = 0; round < MaxRounds; round++)
        {
            var wanted = protocol.SourceReads() is { Count: > 0 } sources ? sources : protocol.MissingReads();
            IReadOnlyList<StateRead> reads = [.. wanted.Where(read => !failed.Contains(read.What))];
            if (reads.Count == 0) return [.. protocol.RewardTokens.Select(token => token.Address)];
            var answers = await client.CallAsync([.. reads.Select(read => read.Call)], at, cancellation);
            for (var i = 0; i < reads.Count; i++)
            {
                if (answers[i] is CallResult.Reverted && reads[i].Reverted is { } reverted)
                {
                    // A market whose oracle refuses has a token none the less.
                    failed.Add(reads[i].What);
                    reverted();
                    continue;
                }
                if (answers[i] is not CallResult.Returned returned) throw new AbiException($"the {reads[i].What} of {protocol.Settings.Name} cannot be read");
                try
                {
                    reads[i].Apply(returned.Data);
                }
                catch (MirrorException error)
                {
                    throw new AbiException($"the {reads[i].What} of {protocol.Settings.Name}: {error.Message}");
                }
            }
        }
        throw new AbiException($"{protocol.Settings.Name} asks for more after {MaxRounds} rounds of reads");
    }
}
