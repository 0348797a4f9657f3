using System.Globalization;
using System.Text.Json.Serialization;

namespace Notifications;

/// <summary>An alert as a group holds it. Times are milliseconds since the Unix epoch.</summary>
internal sealed record Alert
{
    /// <summary>Times that can be written as dates.</summary>
    private static readonly long FirstTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();

    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Of its labels: alerts with the same labels are one, so that one that flaps is not told of each time.</summary>
    public required string Fingerprint { get; init; }

    /// <summary><see cref="AlertNotice.AlertId"/> of its last firing.</summary>
    public required string Id { get; init; }

    public required Labels Labels { get; init; }

    public required Labels Annotations { get; init; }

    public required long StartsAt { get; init; }

    /// <summary>When it resolved; null while it fires.</summary>
    public long? EndsAt { get; init; }

    [JsonIgnore]
    public bool IsFiring => EndsAt is null;

    [JsonIgnore]
    public string Status => IsFiring ? "firing" : "resolved";

    /// <summary>When it changed last.</summary>
    [JsonIgnore]
    public long ChangedAt => EndsAt ?? StartsAt;

    /// <summary>The alert of a notice. <see cref="StartsAt"/> of a resolved one is not known from it: it is its end.</summary>
    public static Alert From(AlertNotice notice)
    {
        var labels = notice.Labels
            .SetItem("alertname", notice.Rule).SetItem("entity", notice.Entity).SetItem("kind", notice.Kind);
        var annotations = LabelSet.Empty;
        if (notice.Message.Length > 0)
            annotations = annotations.SetItem("message", notice.Message);
        if (double.IsFinite(notice.Value))
            annotations = annotations.SetItem("value", notice.Value.ToString(CultureInfo.InvariantCulture));
        var time = Math.Clamp(notice.Time, FirstTime, LastTime);
        return new Alert
        {
            Fingerprint = LabelSet.Fingerprint(labels),
            Id = notice.AlertId,
            Labels = labels,
            Annotations = annotations,
            StartsAt = time,
            EndsAt = notice.IsFiring ? null : time,
        };
    }
}
