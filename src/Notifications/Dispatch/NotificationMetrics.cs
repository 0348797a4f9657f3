using System.Diagnostics.Metrics;

namespace Notifications.Dispatch;

/// <summary>The meter of everything that this library does.</summary>
internal sealed class NotificationMetrics : IDisposable
{
    public const string MeterName = "Granary.Notifications";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;

    /// <param name="depths">How many groups wait, by receiver.</param>
    public NotificationMetrics(Func<IEnumerable<(string Receiver, int Depth)>> depths)
    {
        _sent = _meter.CreateCounter<long>("notifications.sent", "{notification}");
        _failed = _meter.CreateCounter<long>("notifications.failed", "{attempt}", "Attempts that have failed.");
        _meter.CreateObservableGauge(
            "notifications.queue.depth",
            () => depths().Select(d => new Measurement<int>(d.Depth, Tag(d.Receiver))),
            "{group}",
            "Groups whose notification is due and not yet delivered.");
    }

    public void Sent(string receiver) => _sent.Add(1, Tag(receiver));

    public void Failed(string receiver) => _failed.Add(1, Tag(receiver));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string receiver) => new("receiver", receiver);
}
