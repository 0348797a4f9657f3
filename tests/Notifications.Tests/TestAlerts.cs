using Notifications.Configuration;
using Notifications.Groups;
using Notifications.Receivers;

namespace Notifications.Tests;

/// <summary>Alerts and configurations that are short to write.</summary>
internal static class TestAlerts
{
    /// <summary>2030-01-01T00:00:00Z, a Tuesday.</summary>
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static long At(double seconds) => Start.ToUnixTimeMilliseconds() + (long)(seconds * 1000);

    /// <param name="labels"><c>a=1 b=2</c></param>
    public static Labels Labels(string labels) => LabelSet.Empty.AddRange(
        labels.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split('='))
            .Select(l => KeyValuePair.Create(l[0], l[1])));

    public static AlertNotice Notice(string entity, bool isFiring, double seconds, string labels = "", int number = 1) => new()
    {
        AlertId = $"sensor/{entity}#{number}",
        Kind = "sensor",
        Entity = entity,
        Rule = "hot",
        IsFiring = isFiring,
        Time = At(seconds),
        Labels = Labels(labels),
        Message = $"{entity} is hot",
        Value = 91.5,
    };

    public static Alert Firing(string entity, double seconds, string labels = "") =>
        Alert.From(Notice(entity, true, seconds, labels));

    public static Alert Resolved(string entity, double seconds, string labels = "") =>
        Alert.From(Notice(entity, false, seconds, labels));

    public static NotificationConfiguration Parse(string yaml) => NotificationConfiguration.Parse("notify.yaml", yaml);

    /// <summary>A notification of two alerts, one of them over.</summary>
    public static Notification Notification() => new()
    {
        Key = "k1",
        Receiver = "ops",
        Group = new GroupKey("ops/webhook/0", "{}", Labels("team=plant")),
        Alerts =
        [
            Firing("s1", 0, "severity=critical team=plant"),
            Firing("s2", 1, "team=plant") with { EndsAt = At(60) },
        ],
        ExternalUrl = "http://granary.test/alerts",
        RepeatedWithin = TimeSpan.FromMinutes(5),
    };
}
