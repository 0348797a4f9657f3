using Microsoft.Extensions.Time.Testing;
using Notifications.Dispatch;

namespace Notifications.Tests.Dispatch;

/// <summary>What tests of the dispatcher share: a configuration, a clock that they move, a store and Kafka.</summary>
public abstract class DispatcherTest
{
    private protected const string Two = """
        route:
          receiver: a
          group_wait: 30s
          routes: [{ receiver: b, matchers: [to=b] }, { receiver: quiet, matchers: [severity=critical] }]
        receivers:
          - { name: a, kafka_configs: [{ topic: a }] }
          - { name: b, kafka_configs: [{ topic: b }] }
          - { name: quiet }
        inhibit_rules: [{ source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [site] }]
        """;

    private protected static readonly TimeSpan GroupWait = TimeSpan.FromSeconds(30);
    private protected static readonly TimeSpan GroupInterval = TimeSpan.FromMinutes(5);
    private protected static readonly TimeSpan RepeatInterval = TimeSpan.FromHours(4);

    private protected readonly FakeTimeProvider _time = new(TestAlerts.Start);
    private protected readonly MemoryStore _store = new();
    private protected readonly TestProducer _producer = new();

    /// <summary>Pauses are below a millisecond, so that a retry does not wait for the clock.</summary>
    private protected readonly NotificationOptions _quick = new()
    {
        RetryPause = TimeSpan.FromMilliseconds(0.5),
        MaxRetryPause = TimeSpan.FromMilliseconds(0.5),
    };

    private protected static string Sorted(Produced produced) =>
        string.Concat(produced.Alerts.Replace("+", " +", StringComparison.Ordinal).Replace("-", " -", StringComparison.Ordinal)
            .Split(' ').Order(StringComparer.Ordinal));

    private protected Host Start(NotificationOptions? options = null) => new(Two, _store, _producer, _time, options);
}
