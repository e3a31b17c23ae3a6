using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keeper.Chain.Nethereum.Contracts.Feeds;

// The events of an aggregator of prices (contracts/src/oracle/Aggregator.sol, after Chainlink's OCR2Aggregator).

[Event("AnswerUpdated")]
internal sealed class AnswerUpdatedEvent : IEventDTO
{
    [Parameter("int256", "current", 1, true)]
    public BigInteger Current { get; set; }

    [Parameter("uint256", "roundId", 2, true)]
    public BigInteger RoundId { get; set; }

    [Parameter("uint256", "updatedAt", 3, false)]
    public BigInteger UpdatedAt { get; set; }
}

[Event("NewRound")]
internal sealed class NewRoundEvent : IEventDTO
{
    [Parameter("uint256", "roundId", 1, true)]
    public BigInteger RoundId { get; set; }

    [Parameter("address", "startedBy", 2, true)]
    public string StartedBy { get; set; } = "";

    [Parameter("uint256", "startedAt", 3, false)]
    public BigInteger StartedAt { get; set; }
}

[Event("NewTransmission")]
internal sealed class NewTransmissionEvent : IEventDTO
{
    [Parameter("uint32", "aggregatorRoundId", 1, true)]
    public BigInteger AggregatorRoundId { get; set; }

    [Parameter("int192", "answer", 2, false)]
    public BigInteger Answer { get; set; }

    [Parameter("address", "transmitter", 3, false)]
    public string Transmitter { get; set; } = "";

    [Parameter("uint32", "observationsTimestamp", 4, false)]
    public BigInteger ObservationsTimestamp { get; set; }

    [Parameter("int192[]", "observations", 5, false)]
    public List<BigInteger> Observations { get; set; } = [];

    [Parameter("bytes", "observers", 6, false)]
    public byte[] Observers { get; set; } = [];

    [Parameter("int192", "juelsPerFeeCoin", 7, false)]
    public BigInteger JuelsPerFeeCoin { get; set; }

    [Parameter("bytes32", "configDigest", 8, false)]
    public byte[] ConfigDigest { get; set; } = [];

    [Parameter("uint40", "epochAndRound", 9, false)]
    public BigInteger EpochAndRound { get; set; }
}
