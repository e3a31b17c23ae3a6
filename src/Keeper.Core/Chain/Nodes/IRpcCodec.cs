namespace Keeper.Core.Chain.Nodes;

/// <summary>How a client library writes calls and reads answers. JSON-RPC 2.0; ids are the numbers it is given.</summary>
public interface IRpcCodec<TCall, TAnswer>
{
    string MethodOf(TCall call);

    /// <summary>One call as an object, more as an array, with ids from <paramref name="firstId"/> on.</summary>
    ReadOnlyMemory<byte> Write(IReadOnlyList<TCall> calls, long firstId);

    /// <summary>One answer for each call, in the order of the calls, whatever the order in which they came.</summary>
    /// <exception cref="MalformedAnswerException">Not JSON-RPC, a wrong id, or an answer that is missing or comes twice.</exception>
    TAnswer[] Read(ReadOnlyMemory<byte> body, long firstId, int count);

    /// <summary>Null where the answer is a result.</summary>
    RpcFailure? FailureOf(TAnswer answer);
}
