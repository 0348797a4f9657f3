using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;

namespace Kafka.Streaming.Tests;

/// <summary>Silos in this process that read topics into test lanes.</summary>
internal sealed class TestSilos : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private TestSilos(InProcessTestCluster cluster, LaneScript script) => (_cluster, Script) = (cluster, script);

    public LaneScript Script { get; }

    public InProcessTestCluster Cluster => _cluster;

    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public KafkaStreamHealth Health => Services.GetRequiredService<KafkaStreamHealth>();

    public static async Task<TestSilos> StartAsync(
        TestBroker broker, string topic, LaneScript? script = null, Action<KafkaStreamOptions>? configure = null,
        short silos = 1, Action<IServiceCollection>? services = null)
    {
        script ??= new LaneScript();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(script);
            services?.Invoke(silo.Services);
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            silo.AddKafkaStreams("kafka", options =>
            {
                broker.Configure(options);
                options.Topics.Add(new KafkaTopicOptions { Name = topic, MaxRecordBytes = 1000 });
                options.CommitInterval = TimeSpan.FromMilliseconds(50);
                options.ProbeInterval = TimeSpan.FromMilliseconds(500);
                options.TopologyInterval = TimeSpan.FromMilliseconds(500);
                configure?.Invoke(options);
            });
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new TestSilos(cluster, script);
    }

    /// <summary>Waits for what only the reader itself knows.</summary>
    public static async Task WhenAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(20, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
