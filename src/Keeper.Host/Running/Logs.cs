using System.Text.Json;
using Keeper.Host.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace Keeper.Host.Running;

/// <summary>Where log records go: standard output, one JSON object or one line of text each.</summary>
internal static class Logs
{
    /// <param name="toError">Standard error instead, where standard output carries a result.</param>
    public static ILoggerFactory Create(LoggingOptions options, bool toError = false) => LoggerFactory.Create(builder =>
    {
        Configure(builder, options);
        if (toError) builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });

    private static void Configure(ILoggingBuilder builder, LoggingOptions options)
    {
        builder.SetMinimumLevel(options.Level);
        // The web server logs requests and addresses; ours say what matters. The host logs a failed start with its stack: it is told in words elsewhere.
        builder.AddFilter("Microsoft", LogLevel.Warning);
        builder.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        if (options.Json)
        {
            builder.AddJsonConsole(json =>
            {
                (json.TimestampFormat, json.UseUtcTimestamp, json.IncludeScopes) = (Timestamp, true, false);
                json.JsonWriterOptions = new JsonWriterOptions { Indented = false };
            });
        }
        else
        {
            builder.AddSimpleConsole(text =>
            {
                (text.TimestampFormat, text.UseUtcTimestamp, text.SingleLine, text.ColorBehavior) = (Timestamp + " ", true, true, LoggerColorBehavior.Default);
            });
        }
    }
}
