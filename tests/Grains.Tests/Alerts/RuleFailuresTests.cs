using System.Diagnostics.Metrics;
using Grains.Alerts;
using Microsoft.Extensions.Logging;

namespace Grains.Tests.Alerts;

public sealed class RuleFailuresTests
{
    [Fact]
    public void Each_is_counted_and_of_a_rule_one_a_minute_is_logged()
    {
        var (log, clock) = (new ListLog(), new Clock());
        using var failures = new RuleFailures(log, clock);
        var counted = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "rules.failed") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, number, tags, _) => counted += tags.Contains(new("rule", "r")) ? number : 0);
        listener.Start();

        for (var second = 0; second < 125; second++)
        {
            clock.Seconds = second;
            failures.Tell("k", "e1", "r", $"t/0@{second}", new InvalidOperationException());
        }

        failures.Tell("k", "e1", "other", "t/0@7", new InvalidOperationException());
        Assert.Equal(125, counted);
        Assert.Equal(["r t/0@0", "r t/0@60", "r t/0@120", "other t/0@7"], log.Lines);
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private sealed class ListLog : ILogger<RuleFailures>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary();
            Assert.Equal((LogLevel.Error, true), (logLevel, exception is InvalidOperationException));
            Lines.Add($"{values["Rule"]} {values["Place"]}");
        }
    }
}
