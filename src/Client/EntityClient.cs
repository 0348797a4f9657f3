using System.Runtime.CompilerServices;
using Client.Commands;
using Client.Producing;
using Grains.Interfaces;
using Microsoft.Extensions.Options;

namespace Client;

/// <summary>
/// Asks and commands entities. Queries and commands are repeated after transient errors (a silo gone, a gateway lost, no answer)
/// until <see cref="EntityClientOptions.CommandTimeout"/>, a command always with the same id, so that it counts once. What is
/// then still without an answer ends in a <see cref="CommandTimeoutException"/>.
/// </summary>
public sealed partial class EntityClient
{
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly Repetition _repetition;

    /// <summary>A client that speaks through a cluster client, or within a silo through its grain factory.</summary>
    public EntityClient(IGrainFactory grains, IOptions<EntityClientOptions> options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(grains);
        ArgumentNullException.ThrowIfNull(options);
        _grains = grains;
        _time = time ?? TimeProvider.System;
        _repetition = new Repetition(_time, options.Value.CommandTimeout, options.Value.AttemptTimeout);
    }

    /// <summary>The grain of an entity of a configured kind, for calls that the caller repeats itself.</summary>
    /// <exception cref="ArgumentException">The kind is empty or holds a slash, or the key is empty.</exception>
    public IEntity Get(string kind, string key) => Get<IEntity>(kind, key);

    /// <summary>The grain of an entity through an interface of the application's own.</summary>
    /// <inheritdoc cref="Get(string, string)"/>
    public TGrain Get<TGrain>(string kind, string key)
        where TGrain : IGrainWithStringKey => _grains.GetGrain<TGrain>(EntityKey.Of(kind, key));

    /// <summary>The cluster's silences; call them by <c>CommandAsync</c>.</summary>
    public ISilences Silences => _grains.GetGrain<ISilences>(0);

    /// <summary>The cluster's rules; call them by <c>CommandAsync</c>.</summary>
    public IRuleSets RuleSets => _grains.GetGrain<IRuleSets>(0);

    /// <summary>The cluster's notifications; call them by <c>CommandAsync</c>.</summary>
    public INotifications Notifications => _grains.GetGrain<INotifications>(0);

    /// <summary>What is known of an entity; <see cref="EntitySnapshot.Seen"/> is false before its first event.</summary>
    public ValueTask<EntitySnapshot> GetAsync(string kind, string key, CancellationToken cancellationToken = default)
    {
        var grain = Get(kind, key);
        return _repetition.RunAsync(() => grain.GetAsync(), cancellationToken);
    }

    /// <summary>The alerts of an entity that are pending or firing.</summary>
    public ValueTask<IReadOnlyList<Alert>> AlertsAsync(
        string kind, string key, CancellationToken cancellationToken = default)
    {
        var grain = Get(kind, key);
        return _repetition.RunAsync(() => grain.AlertsAsync(), cancellationToken);
    }

    /// <summary>
    /// The pending and firing alerts of all entities that match, exact as of each entity's last checkpoint, in no useful order.
    /// </summary>
    /// <param name="query">Its <see cref="AlertQuery.Limit"/> is of one call.</param>
    public async IAsyncEnumerable<FoundAlert> FindAlertsAsync(
        AlertQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var grain = _grains.GetGrain<IAlertSearch>(0);
        for (AlertPage? page = null; page is null || page.Next is not null;)
        {
            var next = page is null ? query : query with { After = page.Next };
            page = await _repetition.RunAsync(() => grain.FindAsync(next), cancellationToken);
            foreach (var alert in page.Alerts) yield return alert;
        }
    }

    /// <summary>The keys of all entities of a kind that have had a checkpoint, in no useful order.</summary>
    /// <param name="query">Its <see cref="EntityQuery.Limit"/> is of one call.</param>
    /// <exception cref="UnknownKindException">There is no such kind.</exception>
    public async IAsyncEnumerable<string> FindEntitiesAsync(
        EntityQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var grain = _grains.GetGrain<IEntitySearch>(0);
        for (EntityPage? page = null; page is null || page.Next is not null;)
        {
            var next = page is null ? query : query with { After = page.Next };
            page = await _repetition.RunAsync(() => grain.FindAsync(next), cancellationToken);
            foreach (var key in page.Keys) yield return key;
        }
    }

    /// <summary>
    /// The durable history of an entity whose time lies in [<paramref name="from"/>, <paramref name="to"/>), oldest block
    /// first. Errors are repeated until the first entry is there, and passed on after it: a reading that began again could
    /// give entries twice.
    /// </summary>
    /// <param name="from">Null: from the beginning.</param>
    /// <param name="to">Null: to the end.</param>
    public async IAsyncEnumerable<HistoryEvent> HistoryAsync(
        string kind, string key, DateTimeOffset? from = null, DateTimeOffset? to = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var grain = Get(kind, key);
        var entries = await _repetition.RunAsync(
            async () =>
            {
                var reading = grain.HistoryAsync(from ?? DateTimeOffset.UnixEpoch, to ?? DateTimeOffset.MaxValue)
                    .WithBatchSize(1000).GetAsyncEnumerator(cancellationToken);
                return (Reading: reading, Any: await reading.MoveNextAsync());
            },
            cancellationToken);
        await using var history = entries.Reading;
        for (var more = entries.Any; more; more = await history.MoveNextAsync())
            yield return history.Current;
    }

    /// <summary>Notes that someone has taken notice of an alert; durable on return.</summary>
    /// <exception cref="AlertNotActiveException">The rule's alert is neither pending nor firing.</exception>
    public ValueTask<Alert> AcknowledgeAsync(
        string kind, string key, string rule, string who, string why = "", CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(rule);
        ArgumentException.ThrowIfNullOrWhiteSpace(who);
        var grain = Get(kind, key);
        return RepeatAsync(
            (id, issued) => grain.AcknowledgeAsync(new AlertAcknowledgement
            {
                Rule = rule,
                Who = who,
                Why = why,
                CommandId = id,
                IssuedAt = issued,
            }),
            cancellationToken);
    }

    /// <summary>Comments on an alert, or says whose it is (the text then); durable on return.</summary>
    /// <exception cref="AlertNotActiveException">The rule's alert is neither pending nor firing.</exception>
    public ValueTask<Alert> RemarkAsync(
        string kind, string key, string rule, RemarkKind what, string who, string text, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(rule);
        ArgumentException.ThrowIfNullOrWhiteSpace(who);
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var grain = Get(kind, key);
        return RepeatAsync(
            (id, issued) => grain.RemarkAsync(new() { Rule = rule, Remark = new(what, who, text, issued), CommandId = id }),
            cancellationToken);
    }

    /// <summary>
    /// Sends a command to a grain of the application's own until it is answered, each time with the same id: the entity
    /// carries it out once. <c>client.CommandAsync(sensor, grain => grain.Calibrate(3))</c>.
    /// </summary>
    public async ValueTask CommandAsync<TGrain>(
        TGrain grain, Func<TGrain, ValueTask> command, CancellationToken cancellationToken = default)
        where TGrain : IGrain => await RepeatAsync<object?>(
            async (_, _) =>
            {
                await command(grain);
                return null;
            },
            cancellationToken);

    /// <inheritdoc cref="CommandAsync{TGrain}(TGrain, Func{TGrain, ValueTask}, CancellationToken)"/>
    public ValueTask<T> CommandAsync<TGrain, T>(
        TGrain grain, Func<TGrain, ValueTask<T>> command, CancellationToken cancellationToken = default)
        where TGrain : IGrain => RepeatAsync((_, _) => command(grain), cancellationToken);

    /// <inheritdoc cref="CommandAsync{TGrain}(TGrain, Func{TGrain, ValueTask}, CancellationToken)"/>
    public ValueTask CommandAsync<TGrain>(
        TGrain grain, Func<TGrain, Task> command, CancellationToken cancellationToken = default)
        where TGrain : IGrain => CommandAsync(grain, called => new ValueTask(command(called)), cancellationToken);

    /// <inheritdoc cref="CommandAsync{TGrain}(TGrain, Func{TGrain, ValueTask}, CancellationToken)"/>
    public ValueTask<T> CommandAsync<TGrain, T>(
        TGrain grain, Func<TGrain, Task<T>> command, CancellationToken cancellationToken = default)
        where TGrain : IGrain => CommandAsync(grain, called => new ValueTask<T>(command(called)), cancellationToken);

    /// <summary>Appends events to a topic, all in the order given; complete when the broker has acknowledged all.</summary>
    /// <param name="acknowledged">Told after each batch how many events are acknowledged so far.</param>
    /// <returns>The number of events.</returns>
    /// <exception cref="ProduceException">
    /// A batch failed; nothing after it was sent. Events have no id, so a batch of unknown outcome is not sent again unless
    /// <see cref="ProduceOptions.RepeatUnknown"/> says so.
    /// </exception>
    public Task<long> ProduceAsync(
        string topic, IAsyncEnumerable<ProducedEvent> events, ProduceOptions? options = null,
        Action<long>? acknowledged = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentNullException.ThrowIfNull(events);
        options ??= new ProduceOptions();
        var gateway = _grains.GetGrain<IEventGateway>(0);
        async ValueTask SendAsync(IReadOnlyList<ProducedEvent> batch, CancellationToken token)
        {
            if (options.RepeatUnknown)
                await _repetition.RunAsync<object?>(
                    async () =>
                    {
                        await gateway.ProduceAsync(topic, batch);
                        return null;
                    },
                    token);
            else
                await gateway.ProduceAsync(topic, batch).AsTask().WaitAsync(token);
        }

        return new EventProducer(options, SendAsync, acknowledged).RunAsync(events, cancellationToken);
    }

    private async ValueTask<T> RepeatAsync<T>(
        Func<Guid, DateTimeOffset, ValueTask<T>> command, CancellationToken cancellationToken)
    {
        using var scope = CommandScope.Begin(_time);
        var (id, issued) = (scope.Id, scope.Issued);
        try
        {
            return await _repetition.RunAsync(() => command(id, issued), cancellationToken);
        }
        catch (CommandTimeoutException e)
        {
            throw new CommandTimeoutException(e.Message, e.Attempts, e.InnerException) { CommandId = id, Issued = issued };
        }
    }
}
