namespace HBase.Client.Operations;

/// <summary>Operations that wait for a call, and how they are cut into calls. Used under the lane's lock.</summary>
internal interface IBatchQueue
{
    int Count { get; }

    void Add(Operation operation);

    /// <summary>Operations of one region that are to go in one call, and before all others.</summary>
    void AddGroup(List<Operation> group);

    /// <summary>The operations of the next call, at most so many; empty when nothing waits.</summary>
    List<Operation> Take(int most);
}

/// <summary>First come first served, cut by number and bytes.</summary>
internal sealed class BatchQueue(int maxActions, int maxBytes) : IBatchQueue
{
    // Of one caller's batch no less goes in one call: each call has its price, and the caller waits for the last one.
    private const int LeastPart = 128;

    private readonly Queue<Operation> _queue = new();

    public int Count => _queue.Count;

    public void Add(Operation operation) => _queue.Enqueue(operation);

    public void AddGroup(List<Operation> group)
    {
        foreach (var operation in group) _queue.Enqueue(operation);
    }

    public List<Operation> Take(int most)
    {
        var batch = new List<Operation>(Math.Min(_queue.Count, Math.Min(most, maxActions)));
        var bytes = 0L;
        var part = 0; // of the batch of the last one
        while (batch.Count < maxActions && _queue.TryPeek(out var next))
        {
            if (!next.IsDone)
            {
                var goesOn = batch.Count > 0 && next.Batch is not null && next.Batch == batch[^1].Batch;
                if (batch.Count >= most && !(goesOn && part < LeastPart)) break;
                part = goesOn ? part + 1 : 1;
                bytes += next.Bytes;
                if (batch.Count > 0 && (bytes > maxBytes || next.Alone)) break;
                batch.Add(next);
            }

            _queue.Dequeue();
            if (next.Alone && batch.Count > 0) break;
        }

        return batch;
    }
}
