using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Notifications.Dispatch;

namespace Notifications.Tests.Dispatch;

/// <summary>How it is bounded, stopped, tried out and watched.</summary>
public sealed class DispatcherLimitsTests : DispatcherTest
{
    [Fact]
    public async Task A_receiver_that_holds_as_many_alerts_as_it_may_refuses_more_and_the_others_take_theirs()
    {
        await using var host = Start(new NotificationOptions { MaxAlerts = 2 });
        await host.Dispatcher.NotifyAsync([TestAlerts.Notice("s1", true, 0), TestAlerts.Notice("s2", true, 0)]);
        AlertNotice[] more = [TestAlerts.Notice("s1", true, 0), TestAlerts.Notice("s3", true, 0), TestAlerts.Notice("s4", true, 0, "to=b")];
        var e = await Assert.ThrowsAsync<NotificationsFullException>(() => host.Dispatcher.NotifyAsync(more));
        Assert.Equal("receiver 'a/kafka/0' holds 2 alerts already", e.Message);
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        _time.Advance(GroupWait);
        Assert.Equal("+s1+s2", Sorted(await _producer.NextAsync("a")));
        Assert.Equal("+s4", Sorted(await _producer.NextAsync("b")));
        await host.Dispatcher.NotifyAsync([TestAlerts.Notice("s1", false, 40), TestAlerts.Notice("s2", false, 40)]);
        _time.Advance(GroupInterval);
        Assert.Equal("-s1-s2", Sorted(await _producer.NextAsync("a")));
    }

    [Fact]
    public async Task A_test_notification_goes_to_each_place_of_a_receiver_and_tells_failures()
    {
        await using var host = Start();
        await host.Dispatcher.TestAsync("b");
        Assert.Equal("+test", (await _producer.NextAsync("b")).Alerts);
        _producer.Fail("b", _ => throw new IOException("down"));
        await Assert.ThrowsAsync<IOException>(() => host.Dispatcher.TestAsync("b"));
        var e = await Assert.ThrowsAsync<ArgumentException>(() => host.Dispatcher.TestAsync("quite"));
        Assert.StartsWith("unknown receiver 'quite'; did you mean 'quiet'?", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public async Task It_stops_while_a_receiver_hangs_and_takes_nothing_afterwards()
    {
        _producer.Fail("a", stop => Task.Delay(Timeout.Infinite, stop));
        await using var host = Start();
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        _time.Advance(GroupWait);
        var attempt = await _producer.AttemptAsync();
        await host.StopAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", false, 0)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Dispatcher.RunAsync(CancellationToken.None));
        _producer.Recover("a");
        await using var next = Start();
        Assert.Equal(attempt, await _producer.NextAsync("a"));
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_ends_it_and_is_told_to_who_notifies()
    {
        await _store.SaveAsync(new("k", "x"u8.ToArray()), CancellationToken.None);
        var producer = new TestProducer();
        using var dispatcher = new NotificationDispatcher(
            TestAlerts.Parse(Two), _store, new(), producer, _time, NullLogger<NotificationDispatcher>.Instance);
        var waiting = dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        await Assert.ThrowsAsync<InvalidDataException>(() => dispatcher.RunAsync(CancellationToken.None));
        await Assert.ThrowsAsync<InvalidDataException>(() => waiting);
    }

    [Fact]
    public async Task It_counts_what_is_sent_fails_and_waits_by_receiver()
    {
        var counted = new ConcurrentDictionary<(string, string), long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == NotificationDispatcher.MeterName)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Count(i.Name, value, tags));
        listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Count(i.Name, value, tags));
        listener.Start();
        // Names of its own, for other tests count too.
        var mine = Two.Replace("name: a", "name: mine", StringComparison.Ordinal).Replace("receiver: a", "receiver: mine", StringComparison.Ordinal);
        await using var host = new Host(mine, _store, _producer, _time, _quick);
        _producer.Fail("a", stop => Task.Delay(Timeout.Infinite, stop));
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        _time.Advance(GroupWait);
        await _producer.AttemptAsync();
        listener.RecordObservableInstruments();
        Assert.Equal(1, counted[("notifications.queue.depth", "mine/kafka/0")]);
        _time.Advance(GroupWait);
        await _producer.AttemptAsync();
        Assert.Equal(1, counted[("notifications.failed", "mine/kafka/0")]);
        _producer.Recover("a");
        _time.Advance(GroupWait);
        await _producer.NextAsync("a");
        await host.StopAsync();
        Assert.Equal(1, counted[("notifications.sent", "mine/kafka/0")]);
        Assert.Equal(2, counted[("notifications.failed", "mine/kafka/0")]);

        void Count(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            counted.AddOrUpdate((name, (string)tags[0].Value!), value, (_, sum) => sum + value);
    }

    [Fact]
    public void A_missing_producer_and_wrong_options_are_told_at_once()
    {
        var configuration = TestAlerts.Parse(Two);
        var e = Assert.Throws<ArgumentException>(
            () => new NotificationDispatcher(configuration, _store, new(), null, _time, NullLogger<NotificationDispatcher>.Instance));
        Assert.StartsWith("receiver 'a/kafka/0' needs a producer", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NotificationDispatcher(
            configuration, _store, new() { MaxAlerts = 0 }, _producer, _time, NullLogger<NotificationDispatcher>.Instance));
    }
}
