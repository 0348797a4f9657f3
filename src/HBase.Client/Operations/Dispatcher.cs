using System.Collections.Concurrent;
using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Routing;

namespace HBase.Client.Operations;

/// <summary>Brings operations to the lane of the server that holds their row, and back again after a failure.</summary>
internal sealed class Dispatcher(
    HBaseClientOptions options, ConnectionPool pool, RegionLocator locator, RetryPolicy policy, CancellationToken stop)
{
    private readonly ConcurrentDictionary<ServerAddress, Lane[]> _servers = new();

    private readonly ulong _nonceGroup = (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    public QueueGate Gate { get; } = new(options.MaxQueuedBytes);

    /// <summary>How many operations wait for a call, by server and kind.</summary>
    public IEnumerable<(ServerAddress Server, string Kind, int Waiting)> Depths()
    {
        foreach (var (server, lanes) in _servers)
        {
            yield return (server, "reads", lanes[(int)LaneKind.Reads].Waiting);
            yield return (server, "writes", lanes[(int)LaneKind.Writes].Waiting);
            yield return (server, "commits", lanes[(int)LaneKind.Commits].Waiting);
        }
    }

    /// <summary>Never throws: what goes wrong becomes the operation's error.</summary>
    public void Submit(Operation operation) => Queue(operation)?.Start();

    /// <summary>All of them are there before the first call is cut.</summary>
    public void Submit(List<Operation> operations)
    {
        var lanes = new HashSet<Lane>();
        foreach (var operation in operations)
        {
            if (Queue(operation) is { } lane) lanes.Add(lane);
        }

        foreach (var lane in lanes) lane.Start();
    }

    // The lane, to be started; null when the operation is not in one, or not yet.
    private Lane? Queue(Operation operation)
    {
        if (operation.IsDone) return null;
        if (operation.Table.Regions.Find(operation.Row.Span) is not { } region)
        {
            _ = LocateAsync(operation);
            return null;
        }

        ClientMetrics.Looked(found: true);
        return Queue(operation, region);
    }

    private async Task LocateAsync(Operation operation)
    {
        try
        {
            var region = await locator.LocateAsync(operation.Table, operation.Row, operation.Deadline, stop)
                .ConfigureAwait(false);
            Queue(operation, region)?.Start();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            operation.Abandon("the client was closed", e);
        }
        catch (Exception e) when (operation.MaybeExecuted || e is HBaseUnavailableException)
        {
            operation.Abandon(e.Message, e);
        }
        catch (Exception e)
        {
            operation.Fail(e);
        }
    }

    private Lane? Queue(Operation operation, Region region)
    {
        operation.Region = region;
        if (operation is UpdateOperation { KnownTo: { } server } && server != region.Server)
        {
            operation.Abandon($"its row is now at {region.Server}, which may not know what {server} has done", null);
            return null;
        }

        if (operation is CommitOperation { AsCheck: false } commit && !CanGroup(commit, region))
        {
            if (commit.Further.Count > 0)
            {
                _ = CommitSeparatelyAsync(commit);
                return null;
            }

            commit.AsCheck = true;
        }

        var lane = Lanes(region.Server)[(int)operation.Lane];
        lane.Add(operation);
        return lane;
    }

    private static bool CanGroup(CommitOperation commit, Region region)
    {
        if (commit.IsStampedByServer || commit.Table.HasNoEndpoint) return false;
        for (var i = 0; i < commit.Further.Count; i++)
        {
            if (!region.Contains(commit.Further[i].Row.Span)) return false;
        }

        return true;
    }

    // The server stamps it, no endpoint, or a region boundary between the rows: first the further rows, which are idempotent, then the condition.
    private async Task CommitSeparatelyAsync(CommitOperation commit)
    {
        try
        {
            var puts = new MutateOperation[commit.Further.Count];
            for (var i = 0; i < puts.Length; i++)
                puts[i] = new MutateOperation(commit.Table, commit.Further[i], commit.Deadline);

            Submit([.. puts]);
            await Waiting.AllAsync(puts).ConfigureAwait(false);
            commit.AsCheck = true;
            Submit(commit);
        }
        catch (Exception e)
        {
            commit.Fail(e);
        }
    }

    private Lane[] Lanes(ServerAddress server) => _servers.GetOrAdd(
        server,
        static (address, self) =>
        [
            self.CreateLane(address, self.CreateQueue(), new MultiCall(self._nonceGroup)),
            self.CreateLane(address, self.CreateQueue(), new MultiCall(self._nonceGroup)),
            self.CreateLane(address, self.CreateCommitQueue(), new MutateRowsCall()),
        ],
        this);

    private Lane CreateLane(ServerAddress address, IBatchQueue queue, IBatchCall call) =>
        new(address, pool, policy, options.MaxInFlightBatchesPerServer, queue, call, failures => _ = AgainAsync(failures));

    private BatchQueue CreateQueue() => new(options.MaxBatchActions, options.MaxBatchBytes);

    private CommitQueue CreateCommitQueue() => new(options.MaxBatchActions, options.MaxBatchBytes);

    private async Task AgainAsync(FailedOperations failures)
    {
        try
        {
            if (failures.Pause > TimeSpan.Zero) await Task.Delay(failures.Pause, policy.Time, stop).ConfigureAwait(false);
            Submit(failures.Again);
        }
        catch (OperationCanceledException e)
        {
            foreach (var operation in failures.Again) operation.Abandon("the client was closed", e);
        }
    }
}
