using System.Buffers;
using System.Text.Json;
using Checkpointing;

namespace Grains.Entities;

/// <summary>
/// An entity with a state and events of the application's own. <typeparamref name="TState"/> and
/// <typeparamref name="TEvent"/> are plain classes that System.Text.Json can write and read (web defaults: camel case).
/// </summary>
/// <example>
/// <code>
/// [Entity("sensor", Topic = "readings")]
/// public sealed class SensorGrain : EntityGrain&lt;SensorState, Reading&gt;, ISensorGrain
/// {
///     protected override void Apply(Reading reading, IEventContext context) =&gt; State.Last = reading.Value;
///     public ValueTask&lt;double&gt; Last() =&gt; new(State.Last);
/// }
/// </code>
/// </example>
public abstract partial class EntityGrain<TState, TEvent> : EntityGrain
    where TState : class, new()
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web);
    private readonly ArrayBufferWriter<byte> _before = new(256);
    private readonly List<EventRecord> _applied = [];
    private Remembered _memory = new();

    /// <summary>The entity's state, in memory; durable as of its last checkpoint or command.</summary>
    protected TState State => _memory.State;

    private protected override string StateType => typeof(TState).Name + "/json";

    private protected override CodedAlerts? Alerts => _memory.Alerts;

    /// <summary>
    /// What an event does to <see cref="State"/>. Synchronous, without I/O and without a clock: after a crash it is done
    /// again and must give the same. An exception refuses the event: the state is as before it, and the record becomes
    /// a dead letter with the exception's message.
    /// </summary>
    protected abstract void Apply(TEvent @event, IEventContext context);

    /// <summary>The event's time; by default the record's.</summary>
    protected virtual DateTimeOffset TimeOf(TEvent @event, DateTimeOffset recordTime) => recordTime;

    private protected override (KindBinding Kind, string Key) Identify(KindBindings kinds) =>
        (kinds.OfClass(GetType()), this.GetPrimaryKeyString());

    private protected override void ReadState(ReadOnlySpan<byte> source, string stateType) =>
        _memory = source.IsEmpty ? new() : JsonSerializer.Deserialize<Remembered>(source, Json) ?? new();

    private protected override void WriteState(IBufferWriter<byte> to)
    {
        using var writer = new Utf8JsonWriter(to);
        JsonSerializer.Serialize(writer, _memory, Json);
    }

    private protected override void BeginDelivery()
    {
        _applied.Clear();
        _before.ResetWrittenCount();
        WriteState(_before);
    }

    private protected override void ApplyRecord(in EventRecord record, EventContext context)
    {
        var @event = Decode(record);
        try
        {
            ApplyOne(record, @event, context);
            _applied.Add(record);
        }
        catch
        {
            Restore(context);
            throw;
        }
    }

    /// <summary>Brings the state back to what it was before the record that failed: as delivered, then record by record.</summary>
    private void Restore(EventContext context)
    {
        context.IsReplay = true;
        ReadState(_before.WrittenSpan, StateType);
        foreach (var record in _applied) ApplyOne(record, Decode(record), context);
        context.IsReplay = false;
    }

    private void ApplyOne(in EventRecord record, TEvent @event, EventContext context)
    {
        var recordTime = DateTimeOffset.FromUnixTimeMilliseconds(record.Timestamp);
        context.SetTime(TimeOf(@event, recordTime).ToUnixTimeMilliseconds());
        Apply(@event, context);
    }

    private static TEvent Decode(in EventRecord record)
    {
        try
        {
            return JsonSerializer.Deserialize<TEvent>(record.Value.Span, Json)
                ?? throw new EventRefusedException("the value is JSON null, an object was expected");
        }
        catch (JsonException e)
        {
            throw new EventRefusedException($"not a {typeof(TEvent).Name}: {e.Message}");
        }
    }

    /// <summary>All that an activation remembers of its entity besides the ledger.</summary>
    private sealed class Remembered
    {
        public TState State { get; init; } = new();

        public CodedAlerts Alerts { get; init; } = new();
    }
}
