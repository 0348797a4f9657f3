using System.Net;
using Notifications.Matching;
using Notifications.Receivers;
using Notifications.Tests.Receivers;

namespace Notifications.Tests.Dispatch;

public sealed class DispatcherTests : DispatcherTest
{
    [Fact]
    public async Task An_alert_is_told_to_its_receiver_after_the_group_wait_and_its_end_after_the_interval()
    {
        await using var host = Start();
        await host.Dispatcher.NotifyAsync(
            [TestAlerts.Notice("s1", true, 0), TestAlerts.Notice("s2", true, 0), TestAlerts.Notice("s3", true, 0, "to=b")]);
        _time.Advance(GroupWait);
        Assert.Equal("+s1+s2", Sorted(await _producer.NextAsync("a")));
        Assert.Equal("+s3", Sorted(await _producer.NextAsync("b")));
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s3", false, 40, "to=b"));
        _time.Advance(GroupInterval);
        Assert.Equal("-s3", Sorted(await _producer.NextAsync("b")));
        Assert.False(_producer.HasTaken("a"));
    }

    [Fact]
    public async Task A_crash_between_sending_and_storing_repeats_with_the_same_key_and_none_is_lost_before()
    {
        MemoryStore? atAttempt = null;
        _producer.OnAttempt = _ => atAttempt ??= _store.Copy();
        Produced first;
        await using (var host = Start())
        {
            await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
            _time.Advance(GroupWait);
            first = await _producer.NextAsync("a");
        }

        var again = new TestProducer();
        await using (new Host(Two, atAttempt!, again, _time))
            Assert.Equal(first, await again.NextAsync("a"));
    }

    [Fact]
    public async Task After_a_restart_what_was_told_is_not_told_again_until_it_is_to_be_repeated()
    {
        Produced first;
        await using (var host = Start())
        {
            await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
            _time.Advance(GroupWait);
            first = await _producer.NextAsync("a");
        }

        await using var next = Start();
        _time.Advance(RepeatInterval);
        var second = await _producer.NextAsync("a");
        Assert.Equal("+s1", second.Alerts);
        Assert.NotEqual(first.Key, second.Key);
    }

    [Fact]
    public async Task An_alert_that_was_taken_in_before_a_restart_is_told_after_it()
    {
        await using (var host = Start())
            await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        await using var next = Start();
        _time.Advance(GroupWait);
        Assert.Equal("+s1", (await _producer.NextAsync("a")).Alerts);
        await next.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", false, 60));
        _time.Advance(GroupInterval);
        Assert.Equal("-s1", (await _producer.NextAsync("a")).Alerts);
    }

    [Fact]
    public async Task When_all_is_told_nothing_is_stored()
    {
        await using (var host = Start())
        {
            await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
            _time.Advance(GroupWait);
            await _producer.NextAsync("a");
            await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", false, 40));
            _time.Advance(GroupInterval);
            Assert.Equal("-s1", (await _producer.NextAsync("a")).Alerts);
        }

        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public async Task A_receiver_that_hangs_delays_nobody_and_is_told_all_when_it_is_back()
    {
        _producer.Fail("a", stop => Task.Delay(Timeout.Infinite, stop));
        await using var host = Start(_quick);
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        _time.Advance(GroupWait);
        var first = await _producer.AttemptAsync();
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s2", true, 30, "to=b"));
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", false, 31));
        _time.Advance(GroupWait);
        Assert.Equal("+s2", (await _producer.NextAsync("b")).Alerts);
        Assert.False(_producer.HasTaken("a"));
        Produced[] attempts = [await _producer.AttemptAsync(), await _producer.AttemptAsync()];
        Assert.Contains(first, attempts);
        _producer.Recover("a");
        _time.Advance(GroupWait);
        Assert.Equal(first, await _producer.NextAsync("a"));
        _time.Advance(GroupInterval);
        Assert.Equal("-s1", (await _producer.NextAsync("a")).Alerts);
    }

    [Fact]
    public async Task A_webhook_that_answers_500_is_tried_again_with_the_same_key_and_body()
    {
        await using var server = new HttpServer(HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway);
        await using var host = new Host(
            $"route: {{ receiver: a, group_wait: 0s }}\nreceivers: [{{ name: a, webhook_configs: [{{ url: \"{server.Url}\" }}] }}]",
            _store, _producer, _time, _quick);
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        var first = await server.NextAsync();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var next = await server.NextAsync();
            Assert.Equal(first.Headers["Idempotency-Key"], next.Headers["Idempotency-Key"]);
            Assert.Equal(first.Text, next.Text);
        }
    }

    [Fact]
    public async Task What_cannot_be_stored_is_not_sent_and_is_given_again()
    {
        await using var host = Start(_quick);
        _store.FailNext(1);
        await Assert.ThrowsAsync<IOException>(() => host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0)));
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        var stored = "";
        _producer.OnAttempt = _ => stored = _store.Text();
        _store.FailNext(2);
        _time.Advance(GroupWait);
        Assert.Equal("+s1", (await _producer.NextAsync("a")).Alerts);
        Assert.Contains("\"Pending\":{", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silences_set_while_it_runs_mute()
    {
        await using var host = Start();
        host.Dispatcher.SetSilences(
            [new Silence("1", [Matcher.Parse("entity=s1")], "who", "why", TestAlerts.At(0), TestAlerts.At(3600))]);
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s2", true, 0));
        _time.Advance(GroupWait);
        Assert.Equal("+s2", (await _producer.NextAsync("a")).Alerts);
        host.Dispatcher.SetSilences([]);
        _time.Advance(GroupInterval);
        Assert.Equal("+s1+s2", Sorted(await _producer.NextAsync("a")));
    }

    [Fact]
    public async Task A_source_inhibits_also_after_a_restart_and_when_its_receiver_sends_nothing()
    {
        await using (var host = Start())
            await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0, "severity=critical site=x"));
        await using var next = Start();
        await next.Dispatcher.NotifyAsync(TestAlerts.Notice("s2", true, 0, "severity=warning site=x"));
        await next.Dispatcher.NotifyAsync(TestAlerts.Notice("s3", true, 0, "severity=warning site=y"));
        _time.Advance(GroupWait);
        Assert.Equal("+s3", (await _producer.NextAsync("a")).Alerts);
        await next.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", false, 40, "severity=critical site=x"));
        _time.Advance(GroupInterval);
        Assert.Equal("+s2+s3", Sorted(await _producer.NextAsync("a")));
    }

    [Fact]
    public async Task One_rule_inhibits_another_of_its_entity_whose_alert_goes_on()
    {
        const string configuration = """
            route: { receiver: a, group_wait: 30s }
            receivers: [{ name: a, kafka_configs: [{ topic: a }] }]
            inhibit_rules: [{ source_matchers: [alertname=silent], target_matchers: ['alertname=~"hot|odd"'], equal: [kind, entity] }]
            """;
        var silent = TestAlerts.Notice("s1", true, 0, number: 2) with { Rule = "silent" };
        await using var host = new Host(configuration, _store, _producer, _time);
        await host.Dispatcher.NotifyAsync([TestAlerts.Notice("s1", true, 0), silent, TestAlerts.Notice("s2", true, 0)]);
        _time.Advance(GroupWait);
        Assert.Equal("+s1+s2", Sorted(await _producer.NextAsync("a")));
        await host.Dispatcher.NotifyAsync(silent with { IsFiring = false, Time = TestAlerts.At(40) });
        _time.Advance(GroupInterval);
        Assert.Equal("+s1+s2-s1", Sorted(await _producer.NextAsync("a")));
    }

    [Fact]
    public async Task What_is_delivered_while_it_stops_is_stored()
    {
        Produced first;
        await using (var host = Start())
        {
            _producer.OnAttempt = _ => host.Cancel();
            await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
            _time.Advance(GroupWait);
            first = await _producer.NextAsync("a");
        }

        _producer.OnAttempt = null;
        await using var next = Start();
        _time.Advance(RepeatInterval);
        Assert.NotEqual(first.Key, (await _producer.NextAsync("a")).Key);
    }

    [Fact]
    public async Task With_another_configuration_alerts_move_to_where_they_belong()
    {
        await using (var host = Start())
            await host.Dispatcher.NotifyAsync(
                [TestAlerts.Notice("s1", true, 0), TestAlerts.Notice("s2", true, 0), TestAlerts.Notice("s3", true, 0, "to=b")]);
        Assert.Equal(2, _store.Count);
        // s2 is taken out of the group that goes on; the group of s3 goes.
        var moved = Two.Replace(
            "routes: [{ receiver: b, matchers: [to=b] }",
            "routes: [{ receiver: b, matchers: [entity=~\"s2|s3\"] }",
            StringComparison.Ordinal);
        await using (new Host(moved, _store, _producer, _time))
        {
            _time.Advance(GroupWait);
            Assert.Equal("+s1", (await _producer.NextAsync("a")).Alerts);
            Assert.Equal("+s2+s3", Sorted(await _producer.NextAsync("b")));
        }

        Assert.Equal(2, _store.Count);
    }

    [Fact]
    public async Task A_refused_notification_is_made_anew_after_the_interval()
    {
        await using var host = Start();
        _producer.Fail("a", _ => throw new NotificationException("no", isTransient: false));
        await host.Dispatcher.NotifyAsync(TestAlerts.Notice("s1", true, 0));
        _time.Advance(GroupWait);
        var refused = await _producer.AttemptAsync();
        await _store.SavedAsync(isPending: true);
        await _store.SavedAsync(isPending: false);
        _producer.Recover("a");
        _time.Advance(GroupInterval);
        var taken = await _producer.NextAsync("a");
        Assert.Equal("+s1", taken.Alerts);
        Assert.NotEqual(refused.Key, taken.Key);
    }
}
