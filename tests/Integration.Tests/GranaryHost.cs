using System.Net;
using System.Net.Sockets;
using Drift;
using Grains.Entities;
using Grains.Interfaces;
using Kafka.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Silo.Hosting;

namespace Integration.Tests;

/// <summary>A whole silo in this process, with a kind "probe", the samples' grain and, for the kind "sensor", rule, on topics and tables of its own.</summary>
public sealed class GranaryHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GranaryHost(WebApplication app, TestPlace place) => (_app, Place) = (app, place);

    public TestPlace Place { get; }

    /// <summary>The topic of the kind "probe".</summary>
    public string Topic => Place.Topic;

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _app.Services;

    public KafkaStreamHealth Health => _app.Services.GetRequiredService<KafkaStreamHealth>();

    public string BootstrapServers =>
        _app.Services.GetRequiredService<IOptionsMonitor<KafkaStreamOptions>>().Get("kafka").BootstrapServers;

    public static async Task<GranaryHost> StartAsync(TestPlace place, params string[] more)
    {
        string[] args =
        [
            "--urls=http://127.0.0.1:0", "--Demo:Enabled=false", $"--Rules:Path={place.Rules}",
            $"--Silo:SiloPort={FreePort()}", $"--Silo:GatewayPort={FreePort()}", $"--Silo:ClusterId={place.Name}",
            $"--Kafka:GroupId={place.Name}", "--Kafka:Partitions=2", $"--Kinds:probe:Topic={place.Topic}",
            "--Kinds:probe:Fields:value:Type=Number", "--Kinds:probe:History=Events", $"--Kinds:probe:AlertsTopic={place.Topic}.alerts",
            $"--Kinds:sensor:Topic={place.SensorTopic}",
            $"--HBase:Path={place.Data}", $"--HBase:EntitiesTable={place.Name}", "--HBase:Regions=4", "--Checkpoints:CheckpointInterval=00:00:00.200",
            .. place.Servers, .. more,
        ];
        var app = SiloProgram.Build(args, services => services.AddRule<DriftRule>("sensor"));
        await app.StartAsync();
        return new GranaryHost(app, place);
    }

    public IEntity Probe(string key) => Grains.GetGrain<IEntity>(EntityKey.Of("probe", key));

    public ValueTask ProduceAsync(params (string Key, string Json)[] events) => Grains.GetGrain<IEventGateway>(0).ProduceAsync(
        Topic, [.. events.Select(e => new ProducedEvent(e.Key, System.Text.Encoding.UTF8.GetBytes(e.Json)))]);

    /// <summary>Waits until all that has been produced is durable and committed: an entity's count says that it has come.</summary>
    public async Task WhenCountAsync(string key, long count)
    {
        await WhenAsync(async () => (await Probe(key).GetAsync()).Count >= count);
        await WhenAsync(() => ValueTask.FromResult(Health.Partitions.Sum(p => p.Retained) == 0));
    }

    /// <summary>Looks again and again until it is so; the test run's own hang limit ends a wait that is in vain.</summary>
    public static async Task WhenAsync(Func<ValueTask<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await isSo()) await timer.WaitForNextTickAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
