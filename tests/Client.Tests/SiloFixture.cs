using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Checkpointing;
using Grains.Interfaces;
using Microsoft.Extensions.Hosting;

namespace Client.Tests;

/// <summary>A silo in this process, behind a real gateway, with entities that do as their keys say.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private readonly int _siloPort = FreePort();
    private readonly int _gatewayPort = FreePort();
    private IHost? _host;

    public string Gateway => $"127.0.0.1:{_gatewayPort}";

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync() => await StopAsync();

    public async Task StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(_siloPort, _gatewayPort, serviceId: "granary", clusterId: "granary"));
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task StopAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _host!.StopAsync(soon.Token);
        _host.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>
/// An entity whose key says how it behaves: unseen-, hot- (an alert fires), flaky- (answers the third time), empty-, s-2 (had alerts).
/// </summary>
[GrainType("fake-entity")]
public sealed class FakeEntity : Grain, IEntity
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The command ids that came, by grain key: of the acknowledgement and of the call's context.</summary>
    public static readonly ConcurrentDictionary<string, ConcurrentQueue<(Guid Id, string? Context)>> Commands = new();

    private EntityKey Key => EntityKey.Parse(this.GetPrimaryKeyString());

    private bool Is(string behaviour) => Key.Key.StartsWith(behaviour, StringComparison.Ordinal);

    public ValueTask<EntitySnapshot> GetAsync() => Key.Kind == "nokind"
        ? throw new UnknownKindException("No kind 'nokind' is configured. Kinds: sensor.")
        : new(new EntitySnapshot
        {
            Kind = Key.Kind,
            Key = Key.Key,
            Seen = !Is("unseen"),
            Count = Is("unseen") ? 0 : 3,
            LastTime = Is("unseen") ? null : Noon,
            Fields = Is("unseen") ? new Dictionary<string, FieldStatistics>() : new() { ["value"] = Statistics() },
            Alerts = Is("hot") ? [Hot()] : [],
        });

    public async IAsyncEnumerable<HistoryEvent> HistoryAsync(DateTimeOffset from, DateTimeOffset to)
    {
        await Task.Yield();
        for (var i = 0; i < 3 && !Is("empty") && !Is("unseen"); i++)
        {
            var time = Noon.AddMinutes(i);
            if (time >= from && time < to)
                yield return new HistoryEvent
                {
                    Time = time,
                    Source = "readings/0",
                    Offset = i,
                    IsAlert = false,
                    Json = $$"""{"value":{{i}},"in":{"text":"{{i}}"} }""",
                };
        }

        for (var i = 0; i < 2 && Is("s-2"); i++)
            yield return new HistoryEvent
            {
                Time = Noon.AddMinutes(i + 1),
                Source = "readings/0",
                Offset = i,
                IsAlert = true,
                Json = $$"""{"alert":"sensor/s-2#1","rule":"old","state":"{{(i == 0 ? "firing" : "resolved")}}","time":{{Noon.AddMinutes(i + 1).ToUnixTimeMilliseconds()}},"value":7,"labels":{"team":"plant"} }""",
            };
    }

    public ValueTask<IReadOnlyList<Alert>> AlertsAsync() => new(Is("hot") ? [Hot()] : []);

    public ValueTask<Alert> RemarkAsync(RemarkOnAlert command) => new(new Alert
    {
        Id = "a",
        Rule = command.Rule,
        State = AlertState.Firing,
        Since = Noon,
        Value = 1,
        AssignedTo = command.Remark.Kind == RemarkKind.Assignment ? command.Remark.Text : null,
        Remarks = [command.Remark],
    });

    public ValueTask<Alert> AcknowledgeAsync(AlertAcknowledgement acknowledgement)
    {
        var commands = Commands.GetOrAdd(this.GetPrimaryKeyString(), _ => new());
        commands.Enqueue((acknowledgement.CommandId, CommandContext.Current?.Id));
        if (Is("flaky") && commands.Count < 3)
            throw new EntityStoreException("HBase is away.");
        if (acknowledgement.Rule != "hot")
            throw new AlertNotActiveException($"{Key} has no active alert of rule '{acknowledgement.Rule}'. Active: hot.");
        return new(Hot() with
        {
            AcknowledgedBy = acknowledgement.Who,
            AcknowledgedWhy = acknowledgement.Why,
            AcknowledgedAt = acknowledgement.IssuedAt,
        });
    }

    private static Alert Hot() => new() { Id = "a1", Rule = "hot", State = AlertState.Firing, Since = Noon, Value = 99.5 };

    private static FieldStatistics Statistics() => new()
    {
        Count = 3,
        Sum = 6,
        Mean = 2,
        Min = 1,
        Max = double.PositiveInfinity,
        EwMean = 1.5,
        EwVariance = 0.25,
        Last = 3,
        Recent = [1, 2, 3],
    };
}

/// <summary>Keeps what is produced, by topic; nobody reads "nobody", and "stops" loses its second batch.</summary>
[GrainType("fake-gateway")]
public sealed class FakeGateway : Grain, IEventGateway
{
    public static readonly ConcurrentDictionary<string, ConcurrentQueue<ProducedEvent[]>> Topics = new();

    public ValueTask ProduceAsync(string topic, IReadOnlyList<ProducedEvent> events)
    {
        if (topic == "nobody")
            throw new ArgumentException("No kind of entity reads topic 'nobody'. Topics that are read: readings.");
        var batches = Topics.GetOrAdd(topic, _ => new());
        if (topic.StartsWith("stops", StringComparison.Ordinal) && !batches.IsEmpty)
            throw new TimeoutException("The broker has not acknowledged in time.");
        batches.Enqueue([.. events.Select(e => e with { Value = e.Value.ToArray() })]);
        return default;
    }
}

/// <summary>Two pages of alerts, of which the first is all about nothing.</summary>
[GrainType("fake-alert-search")]
public sealed class FakeAlertSearch : Grain, IAlertSearch
{
    public static AlertQuery? Last { get; private set; }

    public ValueTask<AlertPage> FindAsync(AlertQuery query)
    {
        Last = query;
        if (query.After is null) return new(new AlertPage([], new EntityKey("sensor", "a")));
        var alert = new Alert { Id = "sensor/b#1", Rule = "high", State = AlertState.Firing, Since = FakeEntity.Noon, Value = double.NaN };
        return new(new AlertPage([new("sensor", "b", alert), new("sensor", "c", alert)], null));
    }
}

/// <summary>Two pages of entities, of which the first is all about nothing.</summary>
[GrainType("fake-entity-search")]
public sealed class FakeEntitySearch : Grain, IEntitySearch
{
    public ValueTask<EntityPage> FindAsync(EntityQuery query) => query.Kind == "nokind"
        ? throw new UnknownKindException("There is no kind 'nokind'. Kinds: sensor.")
        : new(query.After is null
            ? new EntityPage([], "a")
            : new EntityPage([.. KeysOf(query.Kind).Where(key => key.StartsWith(query.KeyPrefix, StringComparison.Ordinal))], null));

    private static string[] KeysOf(string kind) => kind == "nobody" ? [] : ["s-1", "s-2", "empty-1"];
}
