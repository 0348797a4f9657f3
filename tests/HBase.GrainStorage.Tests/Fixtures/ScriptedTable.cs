namespace HBase.GrainStorage.Tests.Fixtures;

/// <summary>What happens to the next conditional write.</summary>
public enum Fault
{
    None,

    /// <summary>Lost on the way there: not applied, outcome unknown.</summary>
    LostBefore,

    /// <summary>Applied, the answer lost on the way back.</summary>
    LostAfter,

    /// <summary>Outcome unknown, not applied until <see cref="ScriptedTable.ApplyLateAsync"/>.</summary>
    Late,

    Refused,
}

/// <summary>A table that loses conditional writes or their answers as it is told.</summary>
public sealed class ScriptedTable(ITable inner) : ITable
{
    private readonly Queue<ConditionalCommit> _late = new();

    public Queue<Fault> Faults { get; } = new();

    /// <summary>Runs after a write whose answer is lost, before the caller learns of it.</summary>
    public Func<Task>? Meanwhile { get; set; }

    /// <summary>Reads that fail from now on.</summary>
    public int FailingReads { get; set; }

    public string Name => inner.Name;

    public int Late => _late.Count;

    /// <summary>Applies the oldest late write; whether its condition still held.</summary>
    public async Task<bool> ApplyLateAsync() => await inner.CommitAsync(_late.Dequeue());

    public async ValueTask<Row?> GetAsync(Get get, CancellationToken cancellationToken = default)
    {
        if (FailingReads > 0)
        {
            FailingReads--;
            throw new HBaseUnavailableException("scripted");
        }

        return await inner.GetAsync(get, cancellationToken);
    }

    public async ValueTask<bool> CommitAsync(ConditionalCommit commit, CancellationToken cancellationToken = default)
    {
        switch (Faults.TryDequeue(out var fault) ? fault : Fault.None)
        {
            case Fault.LostBefore:
                throw new HBaseOutcomeUnknownException("scripted: lost before");
            case Fault.LostAfter:
                await inner.CommitAsync(commit, cancellationToken);
                if (Meanwhile is { } meanwhile) await meanwhile();
                throw new HBaseOutcomeUnknownException("scripted: lost after");
            case Fault.Late:
                _late.Enqueue(commit);
                throw new HBaseOutcomeUnknownException("scripted: late");
            case Fault.Refused:
                throw new HBaseRefusedException("scripted: refused");
            default:
                return await inner.CommitAsync(commit, cancellationToken);
        }
    }

    public ValueTask<bool> CheckAndMutateAsync(
        Condition condition, Mutation mutation, CancellationToken cancellationToken = default) =>
        CommitAsync(new(condition, mutation, []), cancellationToken);

    public ValueTask<IReadOnlyList<Row?>> GetAsync(
        IReadOnlyList<Get> gets, CancellationToken cancellationToken = default) =>
        inner.GetAsync(gets, cancellationToken);

    public ValueTask<bool> ExistsAsync(Get get, CancellationToken cancellationToken = default) =>
        inner.ExistsAsync(get, cancellationToken);

    public ValueTask MutateAsync(Mutation mutation, CancellationToken cancellationToken = default) =>
        inner.MutateAsync(mutation, cancellationToken);

    public ValueTask<IReadOnlyList<HBaseException?>> MutateAsync(
        IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken = default) =>
        inner.MutateAsync(mutations, cancellationToken);

    public ValueTask<Row> UpdateAsync(RowUpdate update, CancellationToken cancellationToken = default) =>
        inner.UpdateAsync(update, cancellationToken);

    public ValueTask<IReadOnlyList<OperationResult>> BatchAsync(
        IReadOnlyList<IRowOperation> operations, CancellationToken cancellationToken = default) =>
        inner.BatchAsync(operations, cancellationToken);

    public IAsyncEnumerable<Row> ScanAsync(Scan scan, CancellationToken cancellationToken = default) =>
        inner.ScanAsync(scan, cancellationToken);
}

/// <summary>An HBase whose table of one name is scripted.</summary>
public sealed class ScriptedHBase(IHBase inner, ScriptedTable table) : IHBase
{
    public ITable GetTable(string name) => name == table.Name ? table : inner.GetTable(name);

    public ValueTask<bool> TableExistsAsync(string name, CancellationToken cancellationToken = default) =>
        inner.TableExistsAsync(name, cancellationToken);

    public ValueTask CreateTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default) =>
        inner.CreateTableAsync(descriptor, cancellationToken);

    public ValueTask DeleteTableAsync(string name, CancellationToken cancellationToken = default) =>
        inner.DeleteTableAsync(name, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
