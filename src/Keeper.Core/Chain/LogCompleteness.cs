namespace Keeper.Core.Chain;

/// <summary>How it is known that a node told every log of a block and no other.</summary>
public enum LogCompleteness
{
    /// <summary>By the block's header, where the chain fills and encodes it as Ethereum does: its bloom says that there are none, or its receipts hash to its root.</summary>
    ReceiptsRoot,

    /// <summary>Two endpoints give the same logs. With one endpoint nothing is known.</summary>
    Agreement,
}
