using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Routing;

namespace HBase.Client.Operations;

/// <summary>
/// One kind of operations of one server. While fewer than the allowed calls are in flight an operation is sent at once;
/// otherwise it waits, and the next answer takes its share of what has gathered. There is no timer.
/// </summary>
internal sealed class Lane(
    ServerAddress address, ConnectionPool pool, RetryPolicy policy, int maxInFlight, IBatchQueue queue, IBatchCall call,
    Action<FailedOperations> again)
{
    // Guards queue, _inFlight and _operationsInFlight.
    private readonly Lock _lock = new();
    private int _inFlight;
    private int _operationsInFlight;

    public ServerAddress Address => address;

    public int Waiting => queue.Count;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Queues the operation; it goes with the next answer, or when the lane is started.</summary>
    public void Add(Operation operation)
    {
        lock (_lock) queue.Add(operation);
    }

    /// <summary>Queues operations of one region that go in one call, before what waits.</summary>
    public void AddGroup(List<Operation> group)
    {
        lock (_lock) queue.AddGroup(group);
    }

    /// <summary>Sends as many calls as may be in flight.</summary>
    public void Start()
    {
        while (TryStart() is { } batch) _ = RunAsync(batch);
    }

    private List<Operation>? TryStart()
    {
        lock (_lock)
        {
            if (_inFlight == maxInFlight || queue.Count == 0) return null;
            var batch = queue.Take(Share());
            if (batch.Count == 0) return null;
            _operationsInFlight += batch.Count;
            _inFlight++;
            return batch;
        }
    }

    // Never throws: whatever goes wrong becomes the batch's failure.
    private async Task RunAsync(List<Operation> batch)
    {
        var failures = new FailedOperations(policy, this, batch.Count);
        RpcConnection? connection = null;
        RpcResponse? response = null;
        var isThreadFree = false;
        ClientMetrics.Batch(call.Method, batch.Count);
        try
        {
            connection = await pool.GetAsync(address, ConnectionPool.ClientService).ConfigureAwait(false);
            var calling = connection.CallAsync(call.Method, call.Encode(batch), policy.CallTimeout);
            // Else whoever has started the call has more to do.
            isThreadFree = !calling.IsCompleted;
            response = await calling.ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            failures.Add(batch, e.Failure);
            if (e.Failure is { ServerException: null, IsSecurity: false } && connection is not { IsOpen: true })
                failures.Add(TakeWaiting(), e.Failure with { MaybeExecuted = false });
        }
        catch (Exception e)
        {
            foreach (var operation in batch) operation.Abandon(e.Message, e);
        }

        // Before this answer is decoded the server gets its next call.
        var isLight = Next(batch.Count);
        var held = batch[^1].Batch is { } asked && asked.TryHold() ? asked : null;
        try
        {
            using (response)
            {
                if (response is not null)
                {
                    // Then the caller of a lone operation goes on on this thread. Not under load: others are about to ask,
                    // and what it asks for next would be alone in a call again.
                    batch[0].RunsCallerHere = isThreadFree && isLight && batch.Count == 1;
                    call.Complete(batch, response, failures);
                }
            }
        }
        catch (Exception e)
        {
            var message = $"its answer cannot be read: {e.Message}";
            failures.Add(batch, new Failure(FailureAction.RetrySame, MaybeExecuted: true, message));
        }

        foreach (var part in failures.Parts) AddGroup(part);
        if (failures.Parts.Count > 0) Start();
        if (failures.Again.Count > 0)
        {
            foreach (var operation in failures.Again) operation.RunsCallerHere = false;
            again(failures);
        }

        // The last thing that this thread does here: what its caller does next may take its time.
        held?.Release(isThreadFree);
    }

    // What waits for a server that is not reached looks for its region again at once: sent there call by call, each with its
    // own time-out, the last of it would be late by all of them.
    private List<Operation> TakeWaiting()
    {
        var waiting = new List<Operation>();
        lock (_lock)
        {
            while (queue.Count > 0) waiting.AddRange(queue.Take(int.MaxValue));
        }

        return waiting;
    }

    // An even part of all that is asked for: else most of it comes to be in one call, and a server works through a call alone.
    private int Share() => Math.Max(1, (queue.Count + _operationsInFlight + maxInFlight - 1) / maxInFlight);

    // Whether each call that is in flight now has one operation.
    private bool Next(int ended)
    {
        List<Operation> batch;
        bool isLight;
        lock (_lock)
        {
            _operationsInFlight -= ended;
            batch = queue.Take(Share());
            _operationsInFlight += batch.Count;
            if (batch.Count == 0) _inFlight--;
            isLight = _operationsInFlight == _inFlight;
        }

        if (batch.Count > 0) _ = RunAsync(batch);
        return isLight;
    }
}
