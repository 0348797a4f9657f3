using System.Diagnostics.Metrics;

namespace Kafka.Streaming;

/// <summary>The meter of everything that this library does.</summary>
internal sealed class KafkaMetrics : IDisposable
{
    private readonly Meter _meter = new(KafkaStreamHealth.MeterName);
    private readonly Counter<long> _read;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _windows;
    private readonly Counter<long> _commits;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _failures;

    public KafkaMetrics(KafkaStreamHealth health)
    {
        _read = _meter.CreateCounter<long>("kafka.records.read", "{record}");
        _delivered = _meter.CreateCounter<long>("kafka.records.delivered", "{record}", "Records in windows taken by lanes, repeats too.");
        _windows = _meter.CreateCounter<long>("kafka.windows", "{window}");
        _commits = _meter.CreateCounter<long>("kafka.commits", "{commit}");
        _sent = _meter.CreateCounter<long>("kafka.outputs.sent", "{output}");
        _retried = _meter.CreateCounter<long>("kafka.outputs.retried", "{output}");
        _deadLetters = _meter.CreateCounter<long>("kafka.dead_letters", "{record}");
        _failures = _meter.CreateCounter<long>("kafka.failures", "{failure}");
        _meter.CreateObservableGauge("kafka.lag", () => Each(health, partition => partition.Lag), "{record}",
            "Records that are not durable yet.");
        _meter.CreateObservableGauge("kafka.retained", () => Each(health, partition => partition.Retained), "{record}",
            "Records held until they are durable.");
        _meter.CreateObservableGauge("kafka.retained.bytes", () => Each(health, partition => partition.RetainedBytes), "By");
        _meter.CreateObservableGauge("kafka.position_lost",
            () => Each(health, partition => partition.State == KafkaPartitionState.PositionLost ? 1 : 0), "{partition}");
    }

    public void Read(string topic, int records) => _read.Add(records, new KeyValuePair<string, object?>("topic", topic));

    public void Window(string topic, int records)
    {
        _windows.Add(1, new KeyValuePair<string, object?>("topic", topic));
        _delivered.Add(records, new KeyValuePair<string, object?>("topic", topic));
    }

    public void Committed(int partitions) => _commits.Add(partitions);

    public void Sent(string topic, bool isDeadLetter)
    {
        _sent.Add(1, new KeyValuePair<string, object?>("topic", topic));
        if (isDeadLetter)
            _deadLetters.Add(1, new KeyValuePair<string, object?>("topic", topic));
    }

    public void Retried(string topic) => _retried.Add(1, new KeyValuePair<string, object?>("topic", topic));

    public void Failed(string what) => _failures.Add(1, new KeyValuePair<string, object?>("what", what));

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Each(KafkaStreamHealth health, Func<KafkaPartitionHealth, long> value) =>
        health.Partitions.Select(partition => new Measurement<long>(
            value(partition),
            new KeyValuePair<string, object?>("topic", partition.Topic),
            new KeyValuePair<string, object?>("partition", partition.Partition)));
}
