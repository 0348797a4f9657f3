using Checkpointing;
using Grains.Entities;
using Grains.Timers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Grains.Ingest;

/// <summary>
/// One lane of a source partition: takes windows, delivers each entity's records in one call, sends the outputs, and
/// checkpoints what it has delivered. It lives where its partition is read.
/// </summary>
[GrainType("ingest")]
[ImplicitStreamSubscription(LaneStreams.Namespace)]
[PreferLocalPlacement]
public sealed partial class IngestGrain(
    KindBindings kinds,
    IServiceProvider services,
    ILaneReaders readers,
    IOutputs outputs,
    ILocalSiloDetails silo,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<IngestGrain> logger)
    : Grain, IGrainWithStringKey, IAsyncObserver<Window>, IStreamSubscriptionObserver
{
    private readonly CancellationTokenSource _stopping = new();
    private LaneDriver _lane = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = LaneId.Parse(this.GetPrimaryKeyString());
        var kind = kinds.OfTopic(id.Topic);
        var active = services.GetRequiredService<ActiveEntities>();
        // Resolved once: the factory would derive it for each reference.
        var target = services.GetRequiredService<GrainInterfaceTypeResolver>().GetGrainInterfaceType(typeof(IEventTarget));
        _lane = new LaneDriver(
            id, TargetOf, readers, outputs,
            services.GetRequiredService<LaneStarts>(), services.GetRequiredService<LaneTurns>(), services.GetRequiredService<DueInbox>(), kind.HasTimers,
            options.Value, time,
            logger, _stopping.Token);
        _lane.StartCheckpoints(callback => this.RegisterGrainTimer(
            callback, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true }));
        return Task.CompletedTask;

        EntityTarget TargetOf(string key)
        {
            var entity = kind.GrainIdOf(key);
            return new(entity, (IEventTarget)GrainFactory.GetGrain(entity, target), active);
        }
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<Window>().ResumeAsync(this);

    public Task OnNextAsync(Window item, StreamSequenceToken? token = null)
    {
        if (item.ReaderSilo.Equals(silo.SiloAddress)) return _lane.TakeAsync(item);
        // A lane lives where its partition is read. Ending here would not do: the reader's silo still knows this address, and
        // what it sends here would place the next activation here again.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, item.ReaderSilo);
        this.MigrateOnIdle();
        LogMisplaced(logger, this.GetPrimaryKeyString(), item.ReaderSilo);
        throw new LaneMisplacedException($"Lane {this.GetPrimaryKeyString()} is read by {item.ReaderSilo} and moves there.");
    }

    public Task OnErrorAsync(Exception ex)
    {
        LogStreamError(logger, ex, this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _lane.StopAsync(cancellationToken);
        await _stopping.CancelAsync();
        _stopping.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "Lane {Lane} is read by {Silo} and moves there")]
    private static partial void LogMisplaced(ILogger logger, string lane, SiloAddress silo);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: the stream reported an error")]
    private static partial void LogStreamError(ILogger logger, Exception exception, string lane);
}

/// <summary>The lane's activation is not in the silo that reads its partition.</summary>
[GenerateSerializer, Alias("granary.LaneMisplaced")]
public sealed class LaneMisplacedException(string message) : Exception(message);
