using System.Text.Json;

namespace Keeper.Chain.Native.Rpc;

/// <param name="WriteParameters">Writes the elements of the <c>params</c> array.</param>
internal sealed record RpcCall(string Method, Action<Utf8JsonWriter> WriteParameters)
{
    public static RpcCall Without(string method) => new(method, static _ => { });
}
