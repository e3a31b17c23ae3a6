using System.Text.Json;
using Keeper.Core.Telemetry;
using Keeper.Host.Metrics;

namespace Keeper.Host.Running;

/// <summary>What can be looked at over HTTP. Nothing here changes anything.</summary>
internal static class Pages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/metrics", MetricsAsync);
        routes.MapGet("/livez", LiveAsync);
        routes.MapGet("/readyz", ReadyAsync);
    }

    private static async Task MetricsAsync(HttpContext http)
    {
        var text = await http.RequestServices.GetRequiredService<MeterBridge>().RenderAsync(http.RequestAborted);
        http.Response.ContentType = PrometheusText.ContentType;
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Whether a restart would help: the loop has ended.</summary>
    private static Task LiveAsync(HttpContext http)
    {
        var isAlive = http.RequestServices.GetRequiredService<KeeperService>().IsAlive;
        http.Response.StatusCode = isAlive ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsync(isAlive ? "alive\n" : "the loop has ended\n", http.RequestAborted);
    }

    private static async Task ReadyAsync(HttpContext http)
    {
        var report = http.RequestServices.GetRequiredService<Readiness>().Report();
        var isReady = report.All(entry => entry.Reason is null);
        http.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteBoolean("ready", isReady);
        json.WriteStartArray("components");
        foreach (var (component, reason) in report)
        {
            json.WriteStartObject();
            json.WriteString("name", component);
            json.WriteBoolean("ready", reason is null);
            if (reason is not null) json.WriteString("reason", reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }
}
