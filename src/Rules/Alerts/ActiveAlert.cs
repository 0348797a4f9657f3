using System.Collections.Immutable;

namespace Rules.Alerts;

/// <summary>An alert of an entity that is pending or firing. Times are milliseconds since the Unix epoch.</summary>
public sealed class ActiveAlert
{
    /// <summary>The value of <see cref="FiredAt"/> and <see cref="KeepSince"/> that says: not so.</summary>
    public const long Never = long.MinValue;

    public const int MaxRemarks = 50;

    public required string Rule { get; init; }

    /// <summary>Which alert of its entity it is, counted from 1.</summary>
    public required long Number { get; init; }

    /// <summary>When the condition began to hold.</summary>
    public required long Since { get; init; }

    /// <summary>When it fired; <see cref="Never"/> while it is pending.</summary>
    public long FiredAt { get; set; } = Never;

    /// <summary>When the condition ceased to hold while the alert was firing; <see cref="Never"/> while it holds.</summary>
    public long KeepSince { get; set; } = Never;

    /// <summary>The last value judged; NaN: none.</summary>
    public double Value { get; set; } = double.NaN;

    /// <summary>Fields of the event that the alert was last judged by, as texts: they are told of when time changes it.</summary>
    internal ImmutableArray<KeyValuePair<string, string>> Fields { get; set; } = [];

    /// <summary>As it was sent.</summary>
    public string Message { get; set; } = "";

    /// <summary>As they were sent.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; set; } = AlertChange.NoLabels;

    public Acknowledgement? Acknowledged { get; set; }

    /// <summary>The newest that people have said of it, oldest first.</summary>
    public IReadOnlyList<Remark> Remarks { get; private set; } = [];

    /// <summary>Adds what someone says; beyond <see cref="MaxRemarks"/> the oldest goes.</summary>
    public void Add(Remark remark) => Remarks = [.. Remarks.Skip(Remarks.Count - MaxRemarks + 1), remark];

    /// <summary>Whether it has not been acknowledged in time.</summary>
    public bool IsEscalated { get; set; }

    public bool IsFiring => FiredAt != Never;
}

/// <summary>What someone has said of an alert, and when; the meaning of the kind is the caller's.</summary>
public readonly record struct Remark(byte Kind, string Who, string Text, long At);

/// <summary>Who has taken notice of an alert.</summary>
public sealed record Acknowledgement(string Who, string Why, long At);
