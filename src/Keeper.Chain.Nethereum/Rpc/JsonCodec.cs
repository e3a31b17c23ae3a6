using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Newtonsoft.Json.Linq;

namespace Keeper.Chain.Nethereum.Rpc;

/// <summary>
/// Nethereum's requests to bytes, and bytes to answers. Ids are numbers of our own: the library takes for one whatever is passed where it has an id, a cancellation
/// token too, and gives null without an error for an answer that is missing from a batch.
/// </summary>
internal sealed class JsonCodec : IRpcCodec<RpcRequest, Answer>
{
    public static JsonCodec Instance { get; } = new();

    public string MethodOf(RpcRequest call) => call.Method;

    public ReadOnlyMemory<byte> Write(IReadOnlyList<RpcRequest> calls, long firstId)
    {
        var messages = calls.Select((call, i) => new RpcRequestMessage(firstId + i, call.Method, call.RawParameters)).ToArray();
        return StrictJson.Write(messages.Length == 1 ? messages[0] : messages);
    }

    public Answer[] Read(ReadOnlyMemory<byte> body, long firstId, int count)
    {
        var answers = new Answer[count];
        var seen = new bool[count];
        switch (StrictJson.Parse(body))
        {
            case JArray many:
                foreach (var item in many) Place(item);
                break;
            // A gateway that refuses a whole batch, or could not read it, answers with one error without an id.
            case JObject single when FailureOf(single) is { } failure && (count > 1 || IdOf(single) is null):
                Array.Fill(answers, new Answer(JValue.CreateNull(), failure));
                return answers;
            case var single:
                Place(single);
                break;
        }
        var missing = Array.IndexOf(seen, false);
        return missing < 0 ? answers : throw new MalformedAnswerException($"answer {missing + 1} of {count} is missing");

        void Place(JToken item)
        {
            if (item is not JObject message) throw new MalformedAnswerException("the answer is not an object");
            if (IdOf(message) is not { } id || id < firstId || id >= firstId + count) throw new MalformedAnswerException("the answer has a wrong id");
            var index = (int)(id - firstId);
            if (seen[index]) throw new MalformedAnswerException("an answer came twice");
            var (failure, result) = (FailureOf(message), message["result"]);
            if (failure is null && result is null) throw new MalformedAnswerException("the answer has neither result nor error");
            seen[index] = true;
            answers[index] = new Answer(result ?? JValue.CreateNull(), failure);
        }
    }

    public RpcFailure? FailureOf(Answer answer) => answer.Failure;

    public static long? IdOf(JObject message) => message["id"] is JValue { Type: JTokenType.Integer, Value: long id } ? id : null;

    /// <summary>Null where the message has no error.</summary>
    public static RpcFailure? FailureOf(JObject message) => message["error"] switch
    {
        null or { Type: JTokenType.Null } => null,
        JValue { Value: string text } => new RpcFailure(0, ForeignText.Clean(text), null),
        JObject error => new RpcFailure(CodeOf(error), ForeignText.Clean((error["message"] as JValue)?.Value as string), error["data"] is { } data ? RevertData.Find(Encoding.UTF8.GetBytes(data.ToString(Newtonsoft.Json.Formatting.None))) : null),
        _ => throw new MalformedAnswerException("the error is not an object"),
    };

    private static int CodeOf(JObject error) => error["code"] is JValue { Type: JTokenType.Integer, Value: long and >= int.MinValue and <= int.MaxValue } code ? (int)(long)code.Value : 0;
}
