namespace Keeper.Core.OrderFlow;

/// <summary>Where signed bytes may go. Also a metric's label.</summary>
public enum Route
{
    /// <summary>To every endpoint of the chain.</summary>
    Public,

    /// <summary>To the private endpoints, and nowhere else.</summary>
    Private,

    /// <summary>Nowhere for now: they are private still, and no private endpoint is configured any more.</summary>
    Held,
}
