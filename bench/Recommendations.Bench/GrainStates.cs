using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Grains.Interfaces;
using Grains.Recommending;
using Kafka.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Recommendations.Items;
using Recommendations.Methods;
using Recommendations.Visitors;
using Silo.Hosting;

namespace Recommendations.Bench;

/// <summary>
/// The real grains, in a silo in this process on the embedded broker and store: each event goes through the topics. One visitor a
/// session. Times are moved by whole days, so that the last is about now: what decays then keeps its ratios.
/// </summary>
public sealed class GrainStates : IEvaluated, IAsyncDisposable
{
    private const long Day = 86_400_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    private readonly WebApplication _app;
    private readonly string _directory;
    private readonly long _shift;
    private readonly IGrainFactory _grains;
    private readonly Catalogue _catalogue;
    private readonly RecommendationSettings _settings;
    private readonly Dictionary<string, VisitorState> _expected = new(StringComparer.Ordinal);

    private GrainStates(WebApplication app, string directory, long shift)
    {
        (_app, _directory, _shift) = (app, directory, shift);
        _grains = app.Services.GetRequiredService<IGrainFactory>();
        _catalogue = app.Services.GetRequiredService<Catalogue>();
        _settings = app.Services.GetRequiredService<RecommendationSettings>();
    }

    /// <param name="settings">Of the section <c>Recommendations</c>, as <c>key=value</c>.</param>
    /// <param name="last">The time of the last event, Unix milliseconds.</param>
    public static async Task<GrainStates> StartAsync(IEnumerable<string> settings, long last)
    {
        var directory = Directory.CreateTempSubdirectory("granary-recommendations-").FullName;
        var app = SiloProgram.Build(
        [
            "--urls=http://127.0.0.1:0", "--Demo:Enabled=false", "--Kafka:Partitions=2", "--Logging:LogLevel:Default=Error",
            "--Kafka:Consumer:fetch.wait.max.ms=2", // the embedded broker does not answer before, though a record comes
            $"--Silo:SiloPort={FreePort()}", $"--Silo:GatewayPort={FreePort()}", $"--HBase:Path={directory}",
            "--Recommendations:Enabled=true", "--Recommendations:TrendingInterval=00:00:00.200",
            "--Recommendations:Visitors:Retention=36500.00:00:00",
            .. settings.Select(setting => $"--{RecommendationSettings.Section}:{setting}"),
        ]);
        await app.StartAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return new(app, directory, (now - last) / Day * Day);
    }

    public async ValueTask<IReadOnlyList<string>> RecommendAsync(string session, int count, long now, CancellationToken cancellation)
    {
        var answer = await _grains.GetGrain<IVisitorGrain>(session).GetRecommendationsAsync(count, new() { Session = session });
        return [.. answer.Items.Select(static item => item.Item)];
    }

    public async ValueTask RevealAsync(SessionEvent next, CancellationToken cancellation)
    {
        var time = next.Time + _shift;
        if (_catalogue.Find(next.Item) is null)
            _catalogue.Set(new(next.Item, "", time));
        if (!_expected.TryGetValue(next.Session, out var expected))
            _expected.Add(next.Session, expected = new(next.Session));
        var outcome = expected.Apply(new(next.Item, InteractionKind.View, time, next.Session), time, _settings.Visitors);
        var value = JsonSerializer.SerializeToUtf8Bytes(new { visitor = next.Session, session = next.Session, item = next.Item, type = "view", ts = time });
        await _grains.GetGrain<IEventGateway>(0).ProduceAsync(_settings.InteractionsTopic, [new ProducedEvent(next.Session, value)]);
        await WhenAsync(() => IsTakenAsync(expected, next.Item), cancellation);
        foreach (var notice in outcome.Notices)
            await WhenAsync(() => IsToldAsync(notice), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        var health = _app.Services.GetRequiredService<KafkaStreamHealth>();
        await WhenAsync(() => new(health.Partitions.All(static partition => partition.Retained == 0)), CancellationToken.None);
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async ValueTask<bool> IsTakenAsync(VisitorState expected, string item)
    {
        var known = await _grains.GetGrain<IVisitorGrain>(expected.Visitor).GetAsync();
        var refused = Enum.GetValues<Refusal>().Sum(expected.Refused);
        return known.Refused.Values.Sum() == refused
            && known.Recent.FirstOrDefault(one => one.Item == item)?.Count == CountOf(expected.Recent.FirstOrDefault(one => one.Item == item));

        static int? CountOf(RecentItem recent) => recent.Item is null ? null : recent.Count;
    }

    private async ValueTask<bool> IsToldAsync(ItemNotice notice)
    {
        var sessions = (await _grains.GetGrain<IItemSessions>(notice.Item).GetAsync()).Sessions;
        for (var i = sessions.Count - 1; i >= 0; i--)
        {
            if (sessions.Key(i) == notice.Session)
                return sessions.ItemsOf(i).Length == notice.Items.Count && sessions.Time(i) == notice.Time;
        }

        return notice.Items.Count == 0;
    }

    private static async Task WhenAsync(Func<ValueTask<bool>> isSo, CancellationToken cancellation)
    {
        if (await isSo())
            return;
        using var timer = new PeriodicTimer(Look);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        while (!await isSo())
            await timer.WaitForNextTickAsync(limit.Token);
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
