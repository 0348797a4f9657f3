using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Load.Topics;

namespace Load.Verification;

/// <summary>An alert record's identity for its readers.</summary>
internal readonly record struct AlertKey(string Entity, long Sequence);

/// <summary>An alert record's content.</summary>
internal readonly record struct AlertContent(long SourceTime, double Value, string State);

/// <summary>All entities and alerts that must come of a topic.</summary>
internal sealed class Expectation
{
    /// <summary>The header that a test gives to records that no entity may take.</summary>
    public const string BrokenHeader = "bench-broken";

    private readonly Dictionary<string, ExpectedEntity> _entities = new(StringComparer.Ordinal);
    private readonly Dictionary<AlertKey, AlertContent> _alerts = [];

    public IReadOnlyDictionary<string, ExpectedEntity> Entities => _entities;

    public IReadOnlyDictionary<AlertKey, AlertContent> Alerts => _alerts;

    public long Records { get; private set; }

    /// <summary>Whether the entities' alerts are those of the job.</summary>
    public bool JudgesAlerts { get; set; } = true;

    /// <summary>Reads the whole topic.</summary>
    public static Expectation Of(string bootstrap, string topic, CancellationToken cancellationToken)
    {
        var expectation = new Expectation();
        expectation.Records = TopicReader.Read(bootstrap, topic, expectation.Add, cancellationToken);
        return expectation;
    }

    private void Add(ConsumeResult<byte[], byte[]> record)
    {
        var key = Encoding.UTF8.GetString(record.Message.Key ?? []);
        _entities.TryGetValue(key, out var entity);
        if (IsBroken(record.Message))
        {
            if (entity is not null) entity.AppliedAtMost = record.Offset.Value + 1;
            return;
        }

        var (sequence, time, value) = Parse(record.Message.Value);
        if (entity is null) _entities.Add(key, entity = new());
        entity.Applied = entity.AppliedAtMost = record.Offset.Value + 1;
        if (entity.Apply(value, time))
            _alerts.Add(new(key, sequence), new(time, value, entity.IsFiring ? "firing" : "resolved"));
    }

    private static bool IsBroken(Message<byte[], byte[]> message) =>
        message.Headers is { Count: > 0 } headers && headers.TryGetLastBytes(BrokenHeader, out _);

    private static (long Sequence, long Time, double Value) Parse(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        long sequence = 0, time = 0;
        var value = double.NaN;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.ValueTextEquals("seq"u8)) sequence = Next(ref reader).GetInt64();
            else if (reader.ValueTextEquals("ts"u8)) time = Next(ref reader).GetInt64();
            else if (reader.ValueTextEquals("value"u8)) value = Next(ref reader).GetDouble();
        }

        return (sequence, time, value);
    }

    private static ref Utf8JsonReader Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return ref reader;
    }
}
