using Checkpointing;
using Grains.Entities;
using HBase.Client;
using HBase.GrainStorage.Tables;
using Kafka.Streaming;
using Microsoft.Extensions.Options;
using Notifications;
using Notifications.Configuration;
using Notifications.Dispatch;
using Silo.Configuration;
using Silo.Hosting;

namespace Silo.Notifying;

/// <summary>The dispatcher with its store, its silences and what it reads from, once from beginning to end.</summary>
internal sealed class NotificationRun
{
    private readonly IHBase _hbase;
    private readonly HBaseSettings _settings;
    private readonly HBaseTables _tables;
    private readonly KafkaTopics _topics;
    private readonly KafkaSettings _kafka;
    private readonly string[] _alertTopics;
    private readonly NotificationTable _table;
    private readonly AlertReader _reader;
    private readonly NotificationDispatcher _dispatcher;
    private readonly SilenceList _silences;
    private readonly TaskCompletionSource<SilenceList> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NotificationRun(
        NotificationConfiguration configuration, NotificationSettings notifications, HBaseSettings settings, KafkaSettings kafka,
        IHBase hbase, HBaseTables tables, KafkaTopics topics, KindBindings kinds, IOutputs outputs,
        IOptionsMonitor<KafkaStreamOptions> streams, TimeProvider time, ILoggerFactory loggers)
    {
        (_hbase, _settings, _tables, _topics, _kafka) = (hbase, settings, tables, topics, kafka);
        _alertTopics = [.. kinds.All.Select(kind => kind.AlertsTopic).Distinct()];
        _table = new(hbase.GetTable(settings.NotificationsTable), time);
        _reader = new(streams.Get(KafkaRegistration.Provider), kafka, time, loggers.CreateLogger<AlertReader>());
        _dispatcher = new(
            configuration, new GroupStore(_table), new() { ExternalUrl = notifications.ExternalUrl },
            new NotificationProducer(outputs), time, loggers.CreateLogger<NotificationDispatcher>());
        _silences = new(_table, _dispatcher.SetSilences, time);
    }

    /// <summary>Why nothing is sent at present; null: it is.</summary>
    public string? Problem => _ready.Task.IsCompleted ? _reader.Problem : "starting";

    /// <summary>Dispatches until it is stopped, which ends it without an error.</summary>
    /// <exception cref="NotificationTableLostException">Another run has taken over.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await DispatchAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It has been stopped.
        }
        catch (Exception e)
        {
            _ready.TrySetException(e);
            throw;
        }
        finally
        {
            _ready.TrySetException(new InvalidOperationException("the dispatcher has stopped"));
            _ = _ready.Task.Exception; // It may be that nobody waits for it.
            _dispatcher.Dispose();
        }
    }

    /// <summary>The silences, once they are loaded.</summary>
    public Task<SilenceList> SilencesAsync() => _ready.Task;

    /// <inheritdoc cref="NotificationDispatcher.TestAsync"/>
    public Task TestAsync(string receiver, CancellationToken cancellationToken) => _dispatcher.TestAsync(receiver, cancellationToken);

    private async Task DispatchAsync(CancellationToken stop)
    {
        await _tables.EnsureNotificationsTableAsync(_hbase, _settings.NotificationsTable, stop);
        await _topics.EnsureAsync(_alertTopics, _kafka.Partitions, stop);
        await _table.TakeAsync(stop);
        await _silences.LoadAsync(stop);
        _ready.TrySetResult(_silences);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var dispatching = _dispatcher.RunAsync(end.Token);
        var reading = _reader.RunAsync(_alertTopics, TakeInAsync, end.Token);
        var first = await Task.WhenAny(dispatching, reading, _table.Lost);
        await end.CancelAsync();
        await Task.WhenAll(dispatching, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    /// <summary>Durable in the store, and there for whoever takes over, for nobody had when it ends.</summary>
    private async Task TakeInAsync(IReadOnlyList<AlertNotice> notices, CancellationToken cancellationToken)
    {
        await _dispatcher.NotifyAsync(notices, cancellationToken);
        await _table.CheckAsync(cancellationToken);
    }
}
