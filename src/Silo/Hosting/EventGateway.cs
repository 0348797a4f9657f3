using Grains.Entities;
using Grains.Interfaces;
using Orleans.Concurrency;

namespace Silo.Hosting;

/// <summary>Puts callers' events on a topic through this silo's producer.</summary>
[GrainType("event-gateway")]
[StatelessWorker]
internal sealed class EventGateway(IEventTopics topics, KindBindings kinds, IEnumerable<FollowedTopic> followed, TimeProvider time) : Grain, IEventGateway
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(25);

    public async ValueTask ProduceAsync(string topic, IReadOnlyList<ProducedEvent> events)
    {
        var read = kinds.All.Select(kind => kind.Topic).Concat(followed.Select(one => one.Name));
        if (!read.Contains(topic))
            throw new ArgumentException($"No kind of entity reads topic '{topic}'. Topics that are read: {string.Join(", ", read)}.");

        using var timeout = new CancellationTokenSource(Deadline, time);
        await Task.WhenAll(events.Select(e => topics.AppendAsync(topic, e.Key, e.Value, timeout.Token)));
    }
}
