using System.Net;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Telemetry;
using Keeper.Host;
using Keeper.Host.Configuration;
using Keeper.Host.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Tests.Host;

/// <summary>The pages around a loop that a test steers.</summary>
public sealed class PagesTests : IAsyncLifetime
{
#if PROMETHEUS_NET
    private const string Exporter = "prometheus-net";
#else
    private const string Exporter = "text";
#endif
    private const string Canary = "canary-5f0e";
    private readonly ConfigFolder _folder = new();
    private readonly TaskCompletionSource _begun = new(), _end = new();
    private readonly HttpClient _http = new();
    private KeeperParts _parts = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        ConfigFolder.Set(_folder.Main, "chain.endpoints.0.http", $"\"http://127.0.0.1:1/{Canary}\"");
        var options = _folder.Load().Require();
        _parts = new(
            options, ChainClients.Create(options.Chain, options.Chain.Endpoints, TimeProvider.System, NullLoggerFactory.Instance), null,
            new ForgetfulJournal(), new Readiness(TimeProvider.System), NullLoggerFactory.Instance, TimeProvider.System);
        _app = RunHost.Build(_parts, async (_, stopping) =>
        {
            _begun.SetResult();
            await _end.Task.WaitAsync(stopping);
        });
        await RunHost.StartAsync(_app, options, CancellationToken.None);
        await _begun.Task;
        _http.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _parts.Client.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Ready_tells_each_component_and_why_it_is_not()
    {
        Assert.Equal((HttpStatusCode.OK, """{"ready":true,"components":[{"name":"loop","ready":true}]}"""), await Get("/readyz"));
        _parts.Readiness.Failed("chain", "no \"head\" for 9 s");
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"ready":false,"components":[{"name":"chain","ready":false,"reason":"no \u0022head\u0022 for 9 s"},{"name":"loop","ready":true}]}"""),
            await Get("/readyz"));
    }

    [Fact]
    public async Task Metrics_tell_what_runs_and_whether_it_is_ready()
    {
        var (status, text) = await Get("/metrics");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains($"keeper_build_info{{client=\"native\",exporter=\"{Exporter}\",version=\"{HostInstruments.Version}\"}} 1", text, StringComparison.Ordinal);
        Assert.Contains("keeper_component_up{component=\"loop\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE keeper_ready gauge", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_show_no_secret()
    {
        await Assert.ThrowsAsync<ChainException>(() => _parts.Client.GetChainIdAsync(CancellationToken.None));
        foreach (var page in new[] { "/metrics", "/readyz", "/livez", "/", $"/{Canary}x" })
            Assert.DoesNotContain(Canary, (await Get(page)).Text, StringComparison.Ordinal);
        Assert.Contains("keeper_rpc_requests_total", (await Get("/metrics")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/readyz", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/status/stop", HttpStatusCode.NotFound)]
    public async Task Nothing_can_be_changed(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        Assert.Equal(status, (await _http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_loop_that_fails_stops_the_process_and_is_told()
    {
        Assert.Equal((HttpStatusCode.OK, "alive\n"), await Get("/livez"));
        _end.SetException(new InvalidOperationException("broken"));
        await _app.WaitForShutdownAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("broken", _app.Services.GetRequiredService<KeeperService>().Failure?.Message);
        Assert.Equal(("loop", "has failed: InvalidOperationException"), Assert.Single(_parts.Readiness.Report()));
    }

    [Fact]
    public async Task A_loop_that_just_ends_is_a_failure()
    {
        _end.SetResult();
        await _app.WaitForShutdownAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("The loop ended though nobody told it to.", _app.Services.GetRequiredService<KeeperService>().Failure?.Message);
    }

    [Fact]
    public async Task A_stop_is_no_failure()
    {
        await _app.StopAsync();
        Assert.Null(_app.Services.GetRequiredService<KeeperService>().Failure);
    }

    private async Task<(HttpStatusCode Status, string Text)> Get(string path)
    {
        var answer = await _http.GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
