using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.OrderFlow;

namespace Keeper.Tests.Support;

/// <summary>Private endpoints that keep what they are told and do nothing with it.</summary>
internal sealed class ScriptedFlow(int blocks) : IPrivateFlow
{
    public int Blocks => blocks;

    public List<PrivateOrder> Orders { get; } = [];

    /// <summary>What they answer in turn; the rest is accepted.</summary>
    public Queue<SendResult> Answers { get; } = new();

    /// <summary>What they will not have in place of what they hold.</summary>
    public Func<PrivateOrder, bool> Refuses { get; set; } = _ => false;

    /// <summary>The bytes as text, in order.</summary>
    public IReadOnlyList<string> Told => Orders.ConvertAll(order => Encoding.UTF8.GetString(order.Raw.Span));

    public Task<SendResult> SendAsync(PrivateOrder order, CancellationToken cancellation)
    {
        Orders.Add(order);
        return Task.FromResult(Refuses(order) ? new(SendError.ReplacementUnderpriced, "replacement transaction underpriced") : Answers.TryDequeue(out var answer) ? answer : SendResult.Accepted);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
