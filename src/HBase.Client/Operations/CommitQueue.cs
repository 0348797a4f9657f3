using HBase.Client.Protocol;
using HBase.Client.Routing;

namespace HBase.Client.Operations;

/// <summary>
/// Commits by region: a group is of one region, and regions take turns. A row is at most once in a group, because a group's
/// conditions are all read before anything is written: two commits of one row would both see the old value.
/// </summary>
internal sealed class CommitQueue(int maxActions, int maxBytes) : IBatchQueue
{
    private readonly Dictionary<Region, Queue<Operation>> _regions = [];
    private readonly Queue<Region> _turns = new();
    private readonly Queue<List<Operation>> _groups = new();

    public int Count { get; private set; }

    public void Add(Operation operation)
    {
        if (!_regions.TryGetValue(operation.Region!, out var queue))
        {
            _regions.Add(operation.Region!, queue = new Queue<Operation>());
            _turns.Enqueue(operation.Region!);
        }

        queue.Enqueue(operation);
        Count++;
    }

    public void AddGroup(List<Operation> group)
    {
        _groups.Enqueue(group);
        Count += group.Count;
    }

    public List<Operation> Take(int most)
    {
        if (_groups.TryDequeue(out var whole))
        {
            Count -= whole.Count;
            return whole;
        }

        var group = new List<Operation>();
        while (group.Count == 0 && _turns.TryDequeue(out var region))
        {
            var queue = _regions[region];
            Fill(group, queue, most);
            if (queue.Count > 0) _turns.Enqueue(region);
            else _regions.Remove(region);
        }

        return group;
    }

    private void Fill(List<Operation> group, Queue<Operation> queue, int most)
    {
        var rows = new HashSet<ReadOnlyMemory<byte>>(Math.Min(Math.Min(most, maxActions), queue.Count), BytesComparer.Instance);
        var (actions, bytes) = (0, 0L);
        List<Operation>? repeated = null;
        while (group.Count < most && queue.TryPeek(out var next))
        {
            if (!next.IsDone)
            {
                var commit = (CommitOperation)next;
                if (group.Count > 0
                    && (commit.Alone || actions + commit.Actions > maxActions || bytes + commit.Bytes > maxBytes)) break;
                if (TryAddRows(rows, commit))
                {
                    group.Add(commit);
                    actions += commit.Actions;
                    bytes += commit.Bytes;
                }
                else
                {
                    (repeated ??= []).Add(commit);
                }
            }

            queue.Dequeue();
            Count--;
            if (group.Count == 1 && group[0].Alone) break;
        }

        if (repeated is not null) PutBack(queue, repeated);
    }

    private void PutBack(Queue<Operation> queue, List<Operation> repeated)
    {
        var later = queue.ToArray();
        queue.Clear();
        foreach (var operation in repeated) queue.Enqueue(operation);
        foreach (var operation in later) queue.Enqueue(operation);
        Count += repeated.Count;
    }

    // All or none: a commit that stays out must not keep others out.
    private static bool TryAddRows(HashSet<ReadOnlyMemory<byte>> rows, CommitOperation commit)
    {
        for (var i = 0; i < commit.Further.Count; i++)
        {
            if (rows.Contains(commit.Further[i].Row)) return false;
        }

        if (!rows.Add(commit.Row)) return false;
        for (var i = 0; i < commit.Further.Count; i++) rows.Add(commit.Further[i].Row);
        return true;
    }
}
