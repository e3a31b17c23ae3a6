using System.Globalization;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Support.Faults;

/// <summary>Answers one call: by the node, by itself, or by a mixture.</summary>
internal delegate Task<FaultAnswer> FaultRule(FaultCall call);

/// <summary>Faults that several tests inject.</summary>
internal static class Rules
{
    public static FaultRule Pass { get; } = call => call.ForwardAsync();

    /// <summary>The node is never asked.</summary>
    public static FaultRule Reset { get; } = _ => Task.FromResult<FaultAnswer>(new FaultAnswer.Reset());

    /// <summary>The node has done it; nobody hears of it.</summary>
    public static FaultRule LoseAnswer { get; } = async call =>
    {
        await call.ForwardAsync();
        return new FaultAnswer.Reset();
    };

    public static FaultRule TooManyRequests { get; } = Status(429, """{"error":"slow down"}""");

    public static FaultRule Html { get; } = _ => Task.FromResult<FaultAnswer>(new FaultAnswer.Body(200, "<html><body>Bad gateway</body></html>", "text/html"));

    /// <summary>The node has done it; half of its answer arrives.</summary>
    public static FaultRule Truncated { get; } = async call =>
    {
        await call.ForwardAsync();
        return new FaultAnswer.Body(200, call.NodeSaid![..(call.NodeSaid!.Length / 2)]);
    };

    /// <summary>The node has done it; its answer belongs to another call.</summary>
    public static FaultRule WrongId { get; } = async call =>
    {
        await call.ForwardAsync();
        return new FaultAnswer.Json(JsonRpcText.Answer("987654321", $"\"result\":\"{call.Hash}\""));
    };

    /// <summary>"Accepted", and the bytes are thrown away.</summary>
    public static FaultRule AcceptAndDiscard { get; } = call => Task.FromResult(call.Answer(call.Hash.ToString()));

    public static FaultRule Status(int status, string text = "") => _ => Task.FromResult<FaultAnswer>(new FaultAnswer.Body(status, text));

    public static FaultRule Error(int code, string message) => call => Task.FromResult(call.Refuse(code, message));

    /// <summary>The node has done it; the answer is longer than anybody will read.</summary>
    public static FaultRule Huge(int bytes) => async call =>
    {
        await call.ForwardAsync();
        return new FaultAnswer.Body(200, string.Create(CultureInfo.InvariantCulture, $"{{\"jsonrpc\":\"2.0\",\"id\":{JsonRpcText.Id(call.Json)},\"result\":\"0x{new string('5', bytes)}\"}}"));
    };

    /// <summary>The node is asked at once; its answer waits.</summary>
    public static FaultRule Late(TimeSpan delay) => async call =>
    {
        var answer = await call.ForwardAsync();
        await Task.Delay(delay, TimeProvider.System, call.Ended);
        return answer;
    };

    /// <summary>The first calls so, those after them otherwise.</summary>
    public static FaultRule First(int count, FaultRule first, FaultRule? then = null) => call => (call.Number <= count ? first : then ?? Pass)(call);
}
