using System.Text.Json;
using System.Text.Json.Serialization;
using Grains.Alerts;
using Grains.Fields;
using Grains.Interfaces;
using Rules.Alerts;

namespace Grains.Kinds;

/// <summary>An entity's state as applications see it.</summary>
internal static class Snapshots
{
    /// <summary>How alerts are kept as JSON. The value of an alert whose condition is about no number is not one.</summary>
    public static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>All that is known of an entity.</summary>
    public static EntitySnapshot Of(EntityKind kind, string key, EntityState state)
    {
        if (state.Count == 0)
            return new EntitySnapshot { Kind = kind.Name, Key = key, Seen = false };
        var fields = new Dictionary<string, FieldStatistics>(StringComparer.Ordinal);
        foreach (var field in kind.Fields.Numbers)
            if (state.Number(field.Slot).Count > 0)
                fields.Add(field.Name, Statistics(state, field.Slot));
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in kind.Fields.Attributes)
            if (state.Attribute(field.Slot) is { } text)
                attributes.Add(field.Name, text);
        return new EntitySnapshot
        {
            Kind = kind.Name,
            Key = key,
            Seen = true,
            Count = state.Count,
            FirstTime = Time(state.FirstTime),
            LastTime = Time(state.LastTime),
            Fields = fields,
            Attributes = attributes,
            Alerts = Alerts(kind, key, state),
        };
    }

    /// <summary>The entity's pending and firing alerts.</summary>
    public static IReadOnlyList<Alert> Alerts(EntityKind kind, string key, EntityState state) =>
        state.Rules.HasAlerts ? [.. state.Rules.Alerts.Select(a => Alert(kind, key, a))] : [];

    /// <summary>Alerts as an entity's index has them.</summary>
    public static byte[] ToIndex(IReadOnlyList<Alert> alerts) => JsonSerializer.SerializeToUtf8Bytes(alerts, Json);

    /// <summary>The alerts of an entity's index.</summary>
    public static IReadOnlyList<Alert> OfIndex(ReadOnlyMemory<byte> alerts) =>
        JsonSerializer.Deserialize<IReadOnlyList<Alert>>(alerts.Span, Json) ?? [];

    public static Alert Alert(EntityKind kind, string key, ActiveAlert alert) =>
        new()
        {
            Id = AlertRecord.AlertId(kind.Name, key, alert.Number),
            Rule = alert.Rule,
            State = alert.IsFiring ? AlertState.Firing : AlertState.Pending,
            Since = Time(alert.Since),
            FiredAt = alert.IsFiring ? Time(alert.FiredAt) : null,
            Value = alert.Value,
            Message = alert.Message,
            AcknowledgedBy = alert.Acknowledged?.Who,
            AcknowledgedWhy = alert.Acknowledged?.Why,
            AcknowledgedAt = alert.Acknowledged is { } acknowledged ? Time(acknowledged.At) : null,
            Labels = alert.Labels,
            AssignedTo = alert.Remarks.LastOrDefault(remark => (RemarkKind)remark.Kind == RemarkKind.Assignment).Text,
            Remarks = [.. alert.Remarks.Select(remark => new AlertRemark((RemarkKind)remark.Kind, remark.Who, remark.Text, Time(remark.At)))],
        };

    private static FieldStatistics Statistics(EntityState state, int slot)
    {
        ref readonly var number = ref state.Number(slot);
        var recent = new double[number.RecentCount];
        for (var i = 0; i < recent.Length; i++)
            recent[i] = number.Recent(state.RecentOf(slot), i);
        return new FieldStatistics
        {
            Count = number.Count,
            Sum = number.Sum,
            Mean = number.Sum / number.Count,
            Min = number.Min,
            Max = number.Max,
            EwMean = number.EwMean,
            EwVariance = number.EwVariance,
            Last = number.Last,
            Recent = recent,
        };
    }

    /// <summary>
    /// A record's timestamp is whatever its producer wrote, so it may lie outside what a date can be.
    /// </summary>
    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(
        milliseconds,
        DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
        DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
