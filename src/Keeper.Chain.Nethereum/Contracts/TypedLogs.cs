using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.ABI.Model;
using Nethereum.Contracts;

namespace Keeper.Chain.Nethereum.Contracts;

/// <summary>Between the port's logs and Nethereum's event data objects.</summary>
internal static class TypedLogs
{
    /// <summary>A log as its event.</summary>
    /// <exception cref="AbiException">Another event, topics missing or too many, or data that is not of its types.</exception>
    public static T Decode<T>(Log log) where T : class, IEventDTO, new()
    {
        var abi = ABITypedRegistry.GetEvent<T>();
        if (log.TopicCount == 0 || log.Topic0 != TopicOf(abi)) throw new AbiException($"The log is no {abi.Name}.");
        var indexed = abi.InputParameters.Where(parameter => parameter.Indexed).OrderBy(parameter => parameter.Order).ToArray();
        if (log.TopicCount != indexed.Length + 1) throw new AbiException($"{abi.Name} has {indexed.Length + 1} topics, the log has {log.TopicCount}.");
        Hash32[] topics = [log.Topic0, log.Topic1, log.Topic2, log.Topic3];
        for (var i = 0; i < indexed.Length; i++) StrictAbi.Canonical([indexed[i]], topics[i + 1].ToArray(), isExact: true);
        var unindexed = abi.InputParameters.Where(parameter => !parameter.Indexed).ToArray();
        var data = StrictAbi.Canonical(unindexed, log.Data.Span, isExact: !unindexed.Any(parameter => parameter.ABIType.IsDynamic()));
        return new EventTopicDecoder().DecodeTopics<T>([.. topics.Take(log.TopicCount).Select(topic => topic.ToString())], Hex.Encode(data));
    }

    /// <summary>The logs of this event from these contracts.</summary>
    public static LogFilter FilterOf<T>(IReadOnlyCollection<Address> addresses) where T : IEventDTO
    {
        var input = ABITypedRegistry.GetEvent<T>().CreateFilterInput([.. addresses.Select(address => address.ToString())]);
        return new([.. input.Address.Select(Address.Parse)], [Hash32.Parse((string)input.Topics[0])]);
    }

    private static Hash32 TopicOf(EventABI abi) => Hash32.Parse(string.Concat("0x", abi.Sha3Signature.AsSpan(abi.Sha3Signature.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0)));
}
