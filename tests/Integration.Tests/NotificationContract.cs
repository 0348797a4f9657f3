using System.Text;
using System.Text.Json;
using Grains.Interfaces;
using HBase.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Notifications.Tests.Receivers;
using Silo.Hosting;
using Silo.Notifying;

namespace Integration.Tests;

/// <summary>From an event to a webhook, once; on the embedded and on real servers.</summary>
public abstract class NotificationContract
{
    protected abstract Task<TestPlace> PlaceAsync();

    [Fact]
    public async Task A_firing_alert_is_told_once_also_when_the_silo_starts_again()
    {
        await using var place = await PlaceAsync();
        await using var webhook = new HttpServer();
        var settings = Settings(place, webhook);
        await using (var host = await GranaryHost.StartAsync(place, settings))
        {
            await host.ProduceAsync(("a", """{"value":95}"""));
            var told = await NextAsync(webhook);
            Assert.Equal("firing", told.GetProperty("status").GetString());
            var alert = Assert.Single(told.GetProperty("alerts").EnumerateArray());
            Assert.Equal(("high", "a", "probe", "a is at 95"), (
                Label(alert, "alertname"), Label(alert, "entity"), Label(alert, "kind"),
                alert.GetProperty("annotations").GetProperty("message").GetString()));
            await host.WhenCountAsync("a", 1);
        }

        await using (var host = await GranaryHost.StartAsync(place, settings))
        {
            // Told of b, so what was there of a has been looked at by then.
            await host.ProduceAsync(("b", """{"value":96}"""));
            Assert.Equal(["b"], Entities(await NextAsync(webhook)));
            await host.ProduceAsync(("a", """{"value":10}"""));
            var told = await NextAsync(webhook);
            Assert.Equal(("resolved", "a"), (told.GetProperty("status").GetString(), Assert.Single(Entities(told))));
        }
    }

    [Fact]
    public async Task A_silence_mutes_at_once_and_after_a_restart_until_it_ends()
    {
        await using var place = await PlaceAsync();
        await using var webhook = new HttpServer();
        var settings = Settings(place, webhook);
        var silence = new Silence
        {
            Id = "s-1",
            Matchers = ["entity=muted"],
            Who = "ann",
            Why = "maintenance",
            From = TimeProvider.System.GetUtcNow(),
            Until = TimeProvider.System.GetUtcNow().AddHours(1),
        };
        await using (var host = await GranaryHost.StartAsync(place, settings))
        {
            var silences = host.Grains.GetGrain<ISilences>(0);
            await silences.AddAsync(silence);
            await silences.AddAsync(silence);
            await host.ProduceAsync(("muted", """{"value":95}"""));
            await host.WhenCountAsync("muted", 1);
            await host.ProduceAsync(("loud", """{"value":95}"""));
            Assert.Equal(["loud"], Entities(await NextAsync(webhook)));
        }

        Assert.Equal(0, webhook.Waiting);

        await using (var host = await GranaryHost.StartAsync(place, settings))
        {
            var silences = host.Grains.GetGrain<ISilences>(0);
            Assert.Equivalent(silence, Assert.Single(await silences.ListAsync()));
            await Assert.ThrowsAsync<ArgumentException>(async () => await silences.AddAsync(silence with { Id = "s-2", Matchers = ["entity"] }));
            Assert.False(await silences.ExpireAsync("none"));
            Assert.Equal(0, webhook.Waiting);
            Assert.True(await silences.ExpireAsync("s-1"));
            Assert.True(await silences.ExpireAsync("s-1"));
            Assert.Empty(await silences.ListAsync());
            Assert.Equal(["muted"], Entities(await NextAsync(webhook)));
        }
    }

    [Fact]
    public async Task A_receiver_is_tested_and_a_grain_of_the_applications_own_is_told_of_too()
    {
        await using var place = await PlaceAsync();
        await using var webhook = new HttpServer();
        await using var host = await GranaryHost.StartAsync(place, Settings(place, webhook));
        var notifications = host.Grains.GetGrain<INotifications>(0);
        await notifications.TestAsync("hook");
        Assert.Equal(["test"], Entities(await NextAsync(webhook)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await notifications.TestAsync("hok"));
        await Assert.ThrowsAsync<CommandRefusedException>(async () => await notifications.TestAsync("broken"));

        foreach (var (celsius, status) in new[] { (1, "firing"), (10, "resolved"), (1, "firing") })
        {
            await host.Grains.GetGrain<IEventGateway>(0).ProduceAsync(
                "rooms", [new ProducedEvent(place.Name, Encoding.UTF8.GetBytes($$"""{"celsius":{{celsius}}}"""))]);
            var told = await NextAsync(webhook);
            Assert.Equal((status, place.Name), (told.GetProperty("status").GetString(), Assert.Single(Entities(told))));
        }

        Assert.Null(await notifications.ProblemAsync());
        await GranaryHost.WhenAsync(async () =>
            (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["notifications"].Status == HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_dispatcher_that_another_has_shut_out_starts_again_and_tells_nothing_twice()
    {
        await using var place = await PlaceAsync();
        await using var webhook = new HttpServer();
        await using var host = await GranaryHost.StartAsync(place, Settings(place, webhook));
        await host.ProduceAsync(("a", """{"value":95}"""));
        Assert.Equal(["a"], Entities(await NextAsync(webhook)));

        // What has been sent and is not yet stored as sent would be sent again, with the same key.
        var table = host.Services.GetRequiredService<IHBase>().GetTable(TableOf(place));
        var other = new NotificationTable(table, TimeProvider.System);
        await GranaryHost.WhenAsync(async () => (await other.ReadAsync("group/", default))
            .TrueForAll(group => !Encoding.UTF8.GetString(group.Value.Span).Contains("\"Pending\":{", StringComparison.Ordinal)));
        await other.TakeAsync(default);
        await GranaryHost.WhenAsync(async () =>
        {
            try
            {
                await other.CheckAsync(default);
                return false;
            }
            catch (NotificationTableLostException)
            {
                return true;
            }
        });
        await host.ProduceAsync(("b", """{"value":95}"""));
        Assert.Equal(["b"], Entities(await NextAsync(webhook)));
        Assert.Equal(0, webhook.Waiting);
    }

    [Fact]
    public async Task Without_a_file_silences_are_refused_and_say_what_to_do()
    {
        await using var place = await PlaceAsync();
        await using var host = await GranaryHost.StartAsync(place);
        var refused = await Assert.ThrowsAsync<CommandRefusedException>(async () => await host.Grains.GetGrain<ISilences>(0).ListAsync());
        Assert.Contains("Notifications:Path", refused.Message, StringComparison.Ordinal);
    }

    private static string[] Settings(TestPlace place, HttpServer webhook)
    {
        var path = Path.Combine(place.Root, "notifications.yaml");
        File.WriteAllText(path, $$"""
            route:
              receiver: nobody # what others have left on topics that are shared
              group_by: [alertname, entity]
              group_wait: 1ms
              group_interval: 200ms
              routes:
                - { matchers: [kind=probe], receiver: hook }
                - { matchers: ['entity="{{place.Name}}"'], receiver: hook }
            receivers:
              - name: nobody
              - name: hook
                webhook_configs: [{ url: "{{webhook.Url}}" }]
              - name: broken
                webhook_configs: [{ url: "http://127.0.0.1:9/" }]
            """);
        return [$"--Notifications:Path={path}", $"--HBase:NotificationsTable={TableOf(place)}"];
    }

    private static string TableOf(TestPlace place) => place.Name + "-notifications";

    private static async Task<JsonElement> NextAsync(HttpServer webhook) =>
        JsonDocument.Parse((await webhook.NextAsync()).Body).RootElement;

    private static IEnumerable<string?> Entities(JsonElement told) =>
        told.GetProperty("alerts").EnumerateArray().Select(alert => Label(alert, "entity"));

    private static string? Label(JsonElement alert, string name) => alert.GetProperty("labels").GetProperty(name).GetString();
}

public sealed class EmbeddedNotificationTests : NotificationContract
{
    protected override Task<TestPlace> PlaceAsync() => Task.FromResult(TestPlace.Embedded());

    [Fact]
    public void The_example_is_right() =>
        Assert.Equal(["nobody", "hook"], Notifications.Configuration.NotificationConfiguration.Load(
            Path.Combine(AppContext.BaseDirectory, "notifications.yaml")).ReceiverNames);

    [Fact]
    public async Task Alerts_that_say_too_little_and_a_wrong_file_are_errors_of_the_configuration()
    {
        await using var place = await PlaceAsync();
        var path = Path.Combine(place.Root, "notifications.yaml");
        string[] settings = [$"--Notifications:Path={path}", $"--HBase:Path={place.Data}", "--urls=http://127.0.0.1:0"];
        Assert.Contains(path, Assert.Throws<SettingsException>(() => SiloProgram.Build(settings)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, "route: { receiver: nobody }\nreceivers: [{ name: nobod }]\n");
        Assert.Contains("yaml:1:", Assert.Throws<SettingsException>(() => SiloProgram.Build(settings)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
        var compact = await Assert.ThrowsAsync<OrleansConfigurationException>(() => GranaryHost.StartAsync(
            place, $"--Notifications:Path={path}", "--Kinds:probe:AlertFormat=Compact"));
        Assert.Contains("Kinds:probe:AlertFormat", compact.Message, StringComparison.Ordinal);
    }
}

public sealed class RealNotificationTests : NotificationContract
{
    protected override Task<TestPlace> PlaceAsync() => TestPlace.RealAsync();
}
