using System.Text;
using HBase.Client;

namespace Silo.Notifying;

/// <summary>
/// The table of what notifications keep: a row has one cell, <c>n:d</c>. The row <c>owner</c> names the one instance that may
/// write: whoever takes the table shuts out the one before, whose later writes change nothing and fail. What that one has been
/// told is durable is there when the next one reads.
/// </summary>
/// <remarks>
/// Each write is one commit with a condition on the row <c>owner</c>, so one after the other. Without HBase's endpoint for that the
/// row is written before the condition is looked at: then a write of one that is shut out, under way at that moment, fails too but
/// may have replaced an older state of its row by another one.
/// <para>Cells have stamps that only grow, whatever the servers' clocks do: that of the owner's cell is the highest of all.</para>
/// </remarks>
internal sealed class NotificationTable(ITable table, TimeProvider time)
{
    private static readonly byte[] Family = "n"u8.ToArray();
    private static readonly byte[] Data = "d"u8.ToArray();
    private static readonly byte[] OwnerRow = "owner"u8.ToArray();

    private readonly byte[] _me = Guid.NewGuid().ToByteArray();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _stamp;

    /// <summary>Fails when another instance has taken the table.</summary>
    public Task Lost => _lost.Task;

    /// <summary>From now on only this instance writes.</summary>
    /// <exception cref="NotificationTableLostException">Another one has been faster.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        var owner = await table.GetAsync(new Get(OwnerRow), cancellationToken);
        _stamp = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), owner?.Cells[0].Timestamp ?? 0);
        await table.MutateAsync(new Put(OwnerRow).Add(Family, Data, _me, NextStamp()), cancellationToken);
        await CheckAsync(cancellationToken);
    }

    /// <summary>Returns when no other instance had taken the table before the call.</summary>
    /// <exception cref="NotificationTableLostException">Another one has.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var owner = (await table.GetAsync(new Get(OwnerRow), cancellationToken))?.Value(Family, Data) ?? default;
        if (!owner.Span.SequenceEqual(_me)) throw Lose();
    }

    /// <summary>The rows whose keys begin with a prefix: what follows it, and the value.</summary>
    public async Task<List<(string Key, ReadOnlyMemory<byte> Value)>> ReadAsync(string prefix, CancellationToken cancellationToken)
    {
        var rows = new List<(string, ReadOnlyMemory<byte>)>();
        await foreach (var row in table.ScanAsync(Scan.Prefix(Encoding.UTF8.GetBytes(prefix)), cancellationToken))
        {
            var cell = row.Cells[0];
            if (cell.Value.IsEmpty)
                await DeleteEmptyAsync(row.Key, cell.Timestamp, cancellationToken);
            else
                rows.Add((Encoding.UTF8.GetString(row.Key.Span)[prefix.Length..], cell.Value));
        }

        return rows;
    }

    /// <summary>Replaces a row; durable on return. It may be called again when its outcome is unknown.</summary>
    /// <exception cref="NotificationTableLostException">Another instance has taken the table.</exception>
    public Task SaveAsync(string row, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        CommitAsync(Encoding.UTF8.GetBytes(row), value, cancellationToken);

    /// <summary>Deletes a row; one that is not there is no error.</summary>
    /// <exception cref="NotificationTableLostException">Another instance has taken the table.</exception>
    public async Task DeleteAsync(string row, CancellationToken cancellationToken)
    {
        var key = Encoding.UTF8.GetBytes(row);
        await DeleteEmptyAsync(key, await CommitAsync(key, default, cancellationToken), cancellationToken);
    }

    /// <returns>The stamp of what it has written.</returns>
    private async Task<long> CommitAsync(ReadOnlyMemory<byte> row, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var stamp = NextStamp();
        var commit = new ConditionalCommit(
            new Condition(OwnerRow, Family, Data, _me),
            new Put(OwnerRow).Add(Family, Data, _me, stamp),
            [new Put(row).Add(Family, Data, value, stamp)]);
        if (!await table.CommitAsync(commit, cancellationToken)) throw Lose();
        return stamp;
    }

    /// <summary>A commit cannot delete, so an empty value counts as none, and goes only as long as it is empty.</summary>
    private async Task DeleteEmptyAsync(ReadOnlyMemory<byte> row, long stamp, CancellationToken cancellationToken) =>
        await table.CheckAndMutateAsync(
            new Condition(row, Family, Data, default),
            new Delete(row).Add(new Column(Family, Data), stamp),
            cancellationToken);

    private long NextStamp() => Interlocked.Increment(ref _stamp);

    private NotificationTableLostException Lose()
    {
        var lost = new NotificationTableLostException();
        _lost.TrySetException(lost);
        _ = _lost.Task.Exception; // It may be that nobody waits for it.
        return lost;
    }
}

/// <summary>Another dispatcher has taken over.</summary>
internal sealed class NotificationTableLostException() : Exception("another silo sends the notifications now");
