using System.Text;
using System.Text.Json;
using Checkpointing;

namespace Grains.Entities;

/// <summary>Gathers what the application of one delivery's records causes, from <see cref="Open"/> to <see cref="Close"/>.</summary>
internal sealed class EventContext : IEventContext
{
    private KindBinding _kind = null!;
    private string _key = "";
    private Delivery _delivery = null!;
    private CodedAlerts? _coded;
    private List<Output>? _outputs;
    private List<byte[]>? _alerts;
    private EventRecord _record;
    private long _eventTime;
    private int _index;

    public string Entity => _key;

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(_eventTime);

    public string Topic => _delivery.Topic;

    public int Partition => _delivery.Partition;

    public long Offset => _record.Offset;

    /// <summary>The entity's history since its last write, made when there is the first of it.</summary>
    public HistoryBuffer? History { get; private set; }

    /// <summary>Whether the records are applied a second time to restore the state: nothing is caused by that.</summary>
    public bool IsReplay { get; set; }

    /// <summary>A configured kind's working memory for one delivery.</summary>
    public Kinds.KindWork? Work { get; set; }

    public void Open(KindBinding kind, string key, Delivery delivery, CodedAlerts? coded, HistoryBuffer? history) =>
        (_kind, _key, _delivery, _coded, History, Work, IsReplay) = (kind, key, delivery, coded, history, null, false);

    /// <summary>Lets go of all that it has gathered.</summary>
    public void Close()
    {
        Begin(default);
        Open(null!, "", null!, null, null);
    }

    public void Begin(in EventRecord record)
    {
        _record = record;
        _eventTime = record.Timestamp;
        _index = 0;
        _outputs = null;
        _alerts = null;
    }

    /// <summary>The event's time, once it is decoded: milliseconds since the Unix epoch.</summary>
    public void SetTime(long time) => _eventTime = time;

    public void Raise(string alert, double value) => Change(alert, fires: true, value);

    public void Resolve(string alert, double value) => Change(alert, fires: false, value);

    public void Emit<T>(string topic, string key, T value) =>
        Add(NextId(), topic, Encoding.UTF8.GetBytes(key), JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    /// <summary>Sends a derived event as it is.</summary>
    /// <param name="whenDurable">Even if the kind's other outputs go at once.</param>
    public void Send(string topic, string key, byte[] value, bool whenDurable = false) =>
        Add(NextId(), topic, Encoding.UTF8.GetBytes(key), value, whenDurable);

    /// <summary>Adds an alert change as it goes into the history and, if it is sent, to the kind's topic.</summary>
    public void AddAlert(string id, byte[] content, bool isSent = true)
    {
        if (isSent) Add(id, _kind.AlertsTopic, Encoding.UTF8.GetBytes(_key), content);
        if (!IsReplay && _kind.History != Kinds.HistoryMode.None) (_alerts ??= []).Add(content);
    }

    /// <summary>The id of the next output of this record: the same whenever the record is applied.</summary>
    private string NextId() => $"{_kind.Name}/{_key}|{_delivery.Source}|{_record.Offset}|{_index}";

    /// <summary>The record has been applied: it and its alert changes become history where the kind keeps them.</summary>
    public void Applied()
    {
        if (_alerts is not null)
        {
            foreach (var alert in _alerts) Remember(HistoryKind.Alerts, alert);
        }

        if (_kind.History == Kinds.HistoryMode.Events) Remember(HistoryKind.Events, _record.Value.Span);
    }

    private void Remember(HistoryKind what, ReadOnlySpan<byte> content) =>
        (History ??= new HistoryBuffer()).Add(what, _delivery.Source, _record.Offset, _eventTime, content);

    /// <summary>The record is refused: its one output is the dead letter.</summary>
    public void Refuse(Exception reason)
    {
        var stack = reason is EventRefusedException ? null : reason.ToString();
        _outputs = [DeadLetters.Create(_delivery.Topic, _delivery.Partition, _record, reason.Message, stack)];
    }

    public IReadOnlyList<Output> TakeOutputs() => (IReadOnlyList<Output>?)_outputs ?? [];

    private void Change(string alert, bool fires, double value)
    {
        if (_coded is null) throw new InvalidOperationException("This kind's alerts come from its rules.");
        if (_coded.Change(alert, fires, value, _eventTime) is { } change)
        {
            var id = NextId();
            AddAlert(id, change.ToJson(id, _kind.Name, _key));
        }
    }

    private void Add(string id, string topic, byte[] outputKey, byte[] value, bool whenDurable = false)
    {
        if (IsReplay) return;
        _index++;
        (_outputs ??= []).Add(
            new Output { Id = id, Topic = topic, Key = outputKey, Value = value, WhenDurable = whenDurable || _kind.OutputsWhenDurable });
    }
}
