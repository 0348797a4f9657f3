using Confluent.Kafka;
using Load.Recommendations;

namespace FaultInjection.Jobs;

/// <summary>Keeps interactions coming at a steady rate, through broken brokers too.</summary>
internal sealed class ShopLoad : ILoad
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly Shop _shop;
    private readonly Task _loop;

    public ShopLoad(Cluster cluster)
    {
        _shop = new(cluster.Plan.Entities, cluster.Plan.Entities, cluster.Plan.Seed);
        _loop = LoopAsync(cluster, _stop.Token);
    }

    public int Restarts { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task LoopAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        for (; !cancellationToken.IsCancellationRequested; Restarts++)
        {
            var failed = false;
            using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
            {
                BootstrapServers = cluster.Servers.Bootstrap,
                EnableIdempotence = true,
                MessageTimeoutMs = 0,
                EnableDeliveryReports = false,
            }).SetLogHandler(static (_, _) => { }).SetErrorHandler((_, error) => failed |= error.IsFatal).Build();
            using var timer = new PeriodicTimer(Tick);
            while (!failed && await timer.WaitForNextTickAsync(CancellationToken.None) && !cancellationToken.IsCancellationRequested)
                Produce(producer, (int)(cluster.Plan.Rate * Tick.TotalSeconds));
            producer.Flush(TimeSpan.FromSeconds(30));
        }
    }

    private void Produce(IProducer<byte[], byte[]> producer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            try
            {
                producer.Produce(Shop.InteractionsTopic, _shop.NextInteraction(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == Confluent.Kafka.ErrorCode.Local_QueueFull)
            {
                return; // the brokers are away: what was not written was not done
            }
        }
    }
}
