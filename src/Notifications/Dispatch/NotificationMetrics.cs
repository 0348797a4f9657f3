using System.Diagnostics.Metrics;

namespace Notifications.Dispatch;

/// <summary>The meter of everything that this library does.</summary>
internal sealed class NotificationMetrics : IDisposable
{
    public const string MeterName = "Granary.Notifications";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;

    public NotificationMetrics()
    {
        _sent = _meter.CreateCounter<long>("notifications.sent", "{notification}");
        _failed = _meter.CreateCounter<long>("notifications.failed", "{attempt}", "Attempts that have failed.");
    }

    /// <summary>Lets the queues' depths be seen; who listens may ask at once.</summary>
    public void Watch(IReadOnlyList<ReceiverQueue> queues) => _meter.CreateObservableGauge(
        "notifications.queue.depth",
        () => queues.Select(q => new Measurement<int>(q.Depth, Tag(q.Receiver.Id))),
        "{group}",
        "Groups whose notification is due and not yet delivered.");

    public void Sent(string receiver) => _sent.Add(1, Tag(receiver));

    public void Failed(string receiver) => _failed.Add(1, Tag(receiver));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string receiver) => new("receiver", receiver);
}
