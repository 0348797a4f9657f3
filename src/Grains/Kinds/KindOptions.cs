namespace Grains.Kinds;

/// <summary>
/// A kind of entity without code: where its events come from and what they hold. Bound from <c>Kinds:&lt;name&gt;</c>;
/// its rules are in <c>rules/*.yaml</c>. A path names a property, or one inside another: <c>reading.value</c>.
/// </summary>
public sealed class KindOptions
{
    /// <summary>The topic of its events. Required.</summary>
    public string Topic { get; set; } = "";

    /// <summary>The path to the entity's key in the event; null (default): the record's key.</summary>
    public string? Key { get; set; }

    /// <summary>The path to the event's time: a number, or text in ISO 8601 (UTC if it names no offset); null
    /// (default): the record's timestamp.</summary>
    public string? TimePath { get; set; }

    /// <summary>What a time that is a number counts. Default: <see cref="Kinds.TimeUnit.Auto"/>.</summary>
    public TimeUnit TimeUnit { get; set; }

    /// <summary>The fields of an event that are kept, by name; at most 64.</summary>
    public Dictionary<string, FieldOptions> Fields { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How many of the last values of each number are kept, 0 to 1,000. Default: 16.</summary>
    public int RecentValues { get; set; } = 16;

    /// <summary>
    /// The weight of a new value in the exponentially weighted mean and variance, above 0 and at most 1. Default: 0.05.
    /// </summary>
    public double Alpha { get; set; } = 0.05;

    /// <summary>What the history keeps. Default: <see cref="HistoryMode.Alerts"/>.</summary>
    public HistoryMode History { get; set; } = HistoryMode.Alerts;

    /// <summary>Where alert changes go. Default: <c>alerts</c>.</summary>
    public string AlertsTopic { get; set; } = "alerts";

    /// <summary>When alert changes go out. Default: <see cref="OutputMode.AtOnce"/>.</summary>
    public OutputMode Outputs { get; set; }

    /// <summary>What an alert change's record holds. Default: <see cref="AlertFormat.Full"/>.</summary>
    public AlertFormat AlertFormat { get; set; }

    /// <summary>
    /// Values copied from the event into its alert changes: property name to path in the event. They need not be
    /// fields.
    /// </summary>
    public Dictionary<string, string> AlertFields { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>One field of a kind's events. Null and absent are the same.</summary>
public sealed class FieldOptions
{
    /// <summary>The path in the event; null (default): the field's name.</summary>
    public string? Path { get; set; }

    /// <summary>Default: <see cref="FieldType.Number"/>.</summary>
    public FieldType Type { get; set; }

    /// <summary>Whether an event without it is refused. Default: no.</summary>
    public bool Required { get; set; }
}

/// <summary>The type of a field. A value of another type makes the event a dead letter.</summary>
public enum FieldType
{
    /// <summary>A finite number; statistics are kept of it.</summary>
    Number,

    /// <summary>Text; the last one is kept.</summary>
    Text,

    /// <summary>true or false; the last one is kept.</summary>
    Boolean,
}

/// <summary>What a time that is a number counts since the Unix epoch.</summary>
public enum TimeUnit
{
    /// <summary>Seconds below 100,000,000,000 (the year 5138), else milliseconds.</summary>
    Auto,
    Seconds,
    Milliseconds,
}

/// <summary>What a kind's history keeps.</summary>
public enum HistoryMode
{
    None,

    /// <summary>Alert changes.</summary>
    Alerts,

    /// <summary>Alert changes, and every event as it came.</summary>
    Events,
}

/// <summary>When alert changes go out.</summary>
public enum OutputMode
{
    /// <summary>At once; after a crash one may be sent again, and the last one with its id counts.</summary>
    AtOnce,

    /// <summary>
    /// After the state that caused it is durable: one checkpoint later, and a repeated one is identical.
    /// </summary>
    WhenDurable,
}

/// <summary>What an alert change's record holds.</summary>
public enum AlertFormat
{
    /// <summary>
    /// id, alert, entity, kind, rule, state, time, value, labels, message and the kind's <c>AlertFields</c>.
    /// </summary>
    Full,

    /// <summary>entity, the kind's <c>AlertFields</c>, value and state.</summary>
    Compact,
}
