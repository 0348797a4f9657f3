using HBase.Client;
using HBaseFaults.Model;

namespace HBaseFaults.Load;

/// <summary>What it writes.</summary>
internal sealed partial class RowWriter
{
    private async Task PutAsync(RowModel row)
    {
        var change = row.Puts.Next();
        var error = await TryAsync(async () => await _table.MutateAsync(PutOf(row, change)));
        Settle(row.Puts, change, isDelete: false, error);
    }

    private async Task DeleteAsync(RowModel row)
    {
        var change = row.Puts.Next();
        var delete = new Delete(row.Key).Add(new(_family, RowModel.PutColumn), change);
        var error = await TryAsync(async () => await _table.MutateAsync(delete));
        Settle(row.Puts, change, isDelete: true, error);
    }

    private async Task StampAsync(RowModel row)
    {
        var change = row.Stamped.Next();
        var put = new Put(row.Key).Add(_family, RowModel.StampedColumn, row.Value(change));
        var error = await TryAsync(async () => await _table.MutateAsync(put));
        if (error is null) row.Stamped.Done(change);
        else if (!HasNoEffect(error)) row.Stamped.MayBeDone(change);
    }

    private Task CheckAsync(RowModel row) => ChangeAsync(row, (condition, put) => _table.CheckAndMutateAsync(condition, put));

    private Task CommitAsync(RowModel row) => ChangeAsync(row, (condition, put) => _table.CommitAsync(new(condition, put, [])));

    private async Task ChangeAsync(RowModel row, Func<Condition, Put, ValueTask<bool>> write)
    {
        var condition = ConditionOf(row);
        var change = row.Commits.Next();
        var done = false;
        var error = await TryAsync(async () => done = await write(condition, CommitOf(row, change)));
        await SettleCommitAsync(row, change, done, error);
    }

    private async Task SettleCommitAsync(RowModel row, long change, bool done, Exception? error)
    {
        if (error is not null || done) Settle(row.Commits, change, isDelete: false, error);
        else if (!row.Commits.HasUnknown) Judge(Verdict.Wrong, row, "a commit whose condition holds was refused");
        else await GetAsync(row); // what may have been done was done, or the next one is refused too
    }

    private async Task StaleAsync(RowModel row)
    {
        var commit = new ConditionalCommit(ConditionOf(row, "stale"u8.ToArray()), CommitOf(row, long.MaxValue - 1), []);
        var done = false;
        await TryAsync(async () => done = await _table.CommitAsync(commit));
        if (done) Judge(Verdict.Wrong, row, "a commit whose condition never holds was done");
    }

    private async Task IncrementAsync(RowModel row)
    {
        Row? made = null;
        var error = await TryAsync(async () => made = await _table.UpdateAsync(IncrementOf(row)));
        Settle(row, made, error);
    }

    private async Task AppendAsync(RowModel row)
    {
        if (row.Appends.IsFull) return;
        var (number, bytes) = row.Appends.Next();
        Row? made = null;
        var append = new Append(row.Key).Add(_family, RowModel.AppendColumn, bytes);
        var error = await TryAsync(async () => made = await _table.UpdateAsync(append));
        if (error is null)
        {
            var whole = made!.Value(_family, RowModel.AppendColumn) ?? default;
            Judge(row.Appends.Done(number, whole.Span), row, "an append's answer");
        }
        else if (!HasNoEffect(error))
        {
            row.Appends.MayBeDone(number);
        }
    }

    private async Task BatchAsync()
    {
        var rows = AnyFew(8);
        var changes = new long[rows.Length];
        var operations = rows.Select((row, i) => (i % 4) switch
        {
            0 => (IRowOperation)PutOf(row, changes[i] = row.Puts.Next()),
            1 => IncrementOf(row),
            2 => new Get(row.Key),
            _ => new ConditionalCommit(ConditionOf(row), CommitOf(row, changes[i] = row.Commits.Next()), []),
        }).ToArray();
        IReadOnlyList<OperationResult> results = [];
        var error = await TryAsync(async () => results = await _table.BatchAsync(operations));
        for (var i = 0; i < rows.Length; i++)
        {
            var result = error is null ? results[i] : default;
            if (result.Error is not null) Tally.Failed(result.Error);
            var failed = error ?? result.Error;
            if (i % 4 == 0) Settle(rows[i].Puts, changes[i], isDelete: false, failed);
            else if (i % 4 == 1) Settle(rows[i], result.Row, failed);
            else if (i % 4 == 3) await SettleCommitAsync(rows[i], changes[i], !result.ConditionFailed, failed);
            else if (failed is null) Judge(rows[i], result.Row, "batch");
        }
    }

    private static void Settle(VersionedCell cell, long change, bool isDelete, Exception? error)
    {
        if (error is null) cell.Done(change, isDelete);
        else if (!HasNoEffect(error)) cell.MayBeDone(change, isDelete);
    }

    private void Settle(RowModel row, Row? made, Exception? error)
    {
        if (error is null) Judge(row.Count.Done(RowModel.Number(made)), row, "an increment's answer");
        else if (!HasNoEffect(error)) row.Count.MayBeDone();
    }

    private static Put PutOf(RowModel row, long change) =>
        new Put(row.Key).Add(_family, RowModel.PutColumn, row.Value(change), change);

    private static Put CommitOf(RowModel row, long change) => new Put(row.Key).Add(
        _family, RowModel.CommitColumn, row.Value(change),
        !row.IsAhead ? change : change == 1 ? LoadPlan.Ahead : Mutation.LatestTimestamp);

    private static Increment IncrementOf(RowModel row) => new Increment(row.Key).Add(_family, RowModel.CountColumn);

    // It holds, unless a commit before may have been done.
    private static Condition ConditionOf(RowModel row) =>
        ConditionOf(row, row.Commits.Current is { } current ? row.Value(current) : default);

    private static Condition ConditionOf(RowModel row, ReadOnlyMemory<byte> value) =>
        new(row.Key, _family, RowModel.CommitColumn, value);
}
