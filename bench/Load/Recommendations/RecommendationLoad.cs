using Client;
using Confluent.Kafka;

namespace Load.Recommendations;

/// <summary>Interactions and queries at their rates.</summary>
internal sealed class RecommendationLoad(Shop shop, IProducer<byte[], byte[]> producer, EntityClient client, Arguments arguments)
{
    private readonly Random _random = new(1);

    /// <summary>So many at once. On return the broker has them.</summary>
    public void Interact(long count, CancellationToken cancellationToken)
    {
        for (var i = 1L; i <= count; i++)
        {
            Produce();
            if (i % 100_000 == 0 || i == count) producer.Flush(cancellationToken);
        }
    }

    public Task InteractAsync(long seconds, CancellationToken cancellationToken)
    {
        var rate = arguments.Number("interactions", 5000);
        return Pacer.RunAsync(rate, rate * seconds, TimeSpan.FromMilliseconds(1), _ => Produce(), cancellationToken);
    }

    public async Task<Latencies> AskAsync(long seconds, CancellationToken cancellationToken)
    {
        var (rate, count) = (arguments.Number("queries", 1000), (int)arguments.Number("count", 20));
        var latencies = new Latencies((int)(rate * seconds));
        await Pacer.RunAsync(
            rate, rate * seconds, TimeSpan.Zero, due => _ = AskAsync(Shop.Visitor(_random.Next(shop.Visitors)), count, due, latencies), cancellationToken);
        await latencies.AllAsync(cancellationToken);
        return latencies;
    }

    private void Produce() =>
        producer.Produce(Shop.InteractionsTopic, shop.NextInteraction(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));

    private async Task AskAsync(string visitor, int count, long due, Latencies latencies)
    {
        try
        {
            var answer = await client.RecommendAsync(visitor, count);
            if (answer.Items.Count < count) throw new BenchException($"{visitor} was recommended {answer.Items.Count} items");
            latencies.Add(due);
        }
        catch (Exception e)
        {
            latencies.Fail(e);
        }
    }
}
