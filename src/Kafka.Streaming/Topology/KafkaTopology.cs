using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Kafka.Streaming.Reading;
using Microsoft.Extensions.Logging;

namespace Kafka.Streaming.Topology;

/// <summary>Which partitions the configured topics have now, and the topics' ids. Looks again every so often.</summary>
internal sealed partial class KafkaTopology : IAsyncDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MissingPause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, KnownTopic> _topics = new();
    private readonly HashSet<string> _missing = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IAdminClient _admin;
    private readonly KafkaStreamOptions _options;
    private readonly KafkaStreamHealth _health;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _life = Task.CompletedTask;

    public KafkaTopology(
        Handle client, KafkaStreamOptions options, KafkaStreamHealth health, ILogger logger, TimeProvider time)
    {
        (_options, _health, _logger, _time) = (options, health, logger, time);
        _admin = new DependentAdminClientBuilder(client).Build();
    }

    /// <summary>Partitions have come.</summary>
    public event Action? Changed;

    /// <summary>Every partition of the topics that exist.</summary>
    public IReadOnlyList<TopicPartition> Partitions => [.. _options.Topics
        .SelectMany(topic => Enumerable.Range(0, _topics.TryGetValue(topic.Name, out var known) ? known.Partitions : 0)
            .Select(partition => new TopicPartition(topic.Name, partition)))];

    /// <summary>Looks for the first time, for no longer than a while, and then goes on to look.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var first = LookAsync();
        await Task.WhenAny(first, Task.Delay(2 * CallTimeout, _time, cancellationToken)).ConfigureAwait(false);
        _life = LiveAsync(first);
    }

    public string? KnownTopicId(string topic) => _topics.TryGetValue(topic, out var known) ? known.Id : null;

    /// <summary>The topic's id, once the topic exists.</summary>
    public async Task<string> TopicIdAsync(string topic, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = Volatile.Read(ref _looked).Task;
            if (KnownTopicId(topic) is { } id)
                return id;
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _admin.Dispose();
        _stop.Dispose();
    }

    private async Task LiveAsync(Task look)
    {
        while (true)
        {
            await look.ConfigureAwait(false);
            var pause = _missing.Count > 0 ? MissingPause : _options.TopologyInterval;
            await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(false);
            look = LookAsync();
        }
    }

    private async Task LookAsync()
    {
        var changed = false;
        foreach (var topic in _options.Topics)
        {
            try
            {
                if (await DescribeAsync(topic.Name).ConfigureAwait(false) is { } now)
                    changed |= Found(topic.Name, now);
                else
                    Missing(topic.Name);
                _health.Recover("topology");
                // It is the consumer's client that has asked.
                _health.Recover(SiloConsumer.HealthName);
            }
            catch (Exception problem) when (problem is not (OutOfMemoryException or ObjectDisposedException))
            {
                LogFailed(topic.Name, problem.Message);
                _health.Fail("topology", problem.Message);
            }
        }
        Interlocked.Exchange(ref _looked, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        if (changed)
            Changed?.Invoke();
    }

    private bool Found(string topic, KnownTopic now)
    {
        if (_missing.Remove(topic))
            _health.Recover($"topic {topic}");
        var before = _topics.TryGetValue(topic, out var known) ? known : null;
        _topics[topic] = now;
        if (before is null)
            LogFound(topic, now.Partitions, now.Id);
        else if (before.Partitions != now.Partitions)
            LogGrown(topic, before.Partitions, now.Partitions);
        return before?.Partitions != now.Partitions;
    }

    private void Missing(string topic)
    {
        if (_missing.Add(topic))
            LogMissing(topic);
        _health.Fail($"topic {topic}", "The topic does not exist.");
    }

    private async Task<KnownTopic?> DescribeAsync(string topic)
    {
        // The embedded broker describes no topic.
        if (_options.TopicId is { } fixedId)
        {
            var metadata = await Task.Run(() => _admin.GetMetadata(topic, CallTimeout)).ConfigureAwait(false);
            var found = metadata.Topics.Find(entry => entry.Topic == topic && entry.Error.Code == ErrorCode.NoError);
            return found is null || found.Partitions.Count == 0 ? null : new KnownTopic(found.Partitions.Count, fixedId);
        }
        try
        {
            var result = await _admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([topic]),
                new DescribeTopicsOptions { RequestTimeout = CallTimeout }).ConfigureAwait(false);
            var description = result.TopicDescriptions[0];
            return new KnownTopic(description.Partitions.Count, description.TopicId.ToString());
        }
        catch (DescribeTopicsException problem) when (problem.Results.TopicDescriptions
            .All(entry => entry.Error.Code == ErrorCode.UnknownTopicOrPart))
        {
            return null;
        }
    }

    private sealed record KnownTopic(int Partitions, string Id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Topic {Topic} has {Partitions} partitions; its id is {Id}.")]
    private partial void LogFound(string topic, int partitions, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic {Topic} has grown from {Before} to {Now} partitions: an entity whose " +
        "key has moved to another partition may see its events out of order where the two meet.")]
    private partial void LogGrown(string topic, int before, int now);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic {Topic} does not exist. It is read as soon as it does.")]
    private partial void LogMissing(string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic {Topic} could not be looked up: {Error}")]
    private partial void LogFailed(string topic, string error);
}
