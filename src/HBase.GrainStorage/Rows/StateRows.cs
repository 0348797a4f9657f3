using System.Text;
using HBase.Client.Filters;

namespace HBase.GrainStorage.Rows;

/// <summary>A state row as read. An empty type: it was cleared.</summary>
internal sealed record StoredState(EntityVersion Version, ReadOnlyMemory<byte> Data, string Type);

/// <summary>
/// Whether a write took effect and, if not, whose version stands there instead (null: none, or not readable).
/// </summary>
internal readonly record struct WriteResult(bool Written, EntityVersion? Stored);

/// <summary>
/// Reads and conditionally writes state rows, for entities and for ordinary grains alike.
/// <para>
/// A write is one attempt under a writer id of its own. Whether it took effect is always a question of which writer id
/// the row shows, never of whether its content looks the same. What the row may show after an unknown outcome:
/// ours: written. The expected one: nothing yet, but the write may still be under way. Another: the condition of ours
/// can never hold again, or ours was overwritten already; in both cases the memory of who asked is void.
/// </para>
/// <para>
/// Nothing is tried again here. After "nothing yet" the caller may write again, with newer content if it has some, on
/// the same expected version: of the two attempts, the late one and the new one, exactly one finds its condition true.
/// If it is the late one, the new one is answered with a conflict, although both came from the same activation, and so
/// it stays: to take the late one for the new one would declare content durable that is not in the row.
/// </para>
/// </summary>
internal sealed class StateRows(ITable table, TimeProvider time)
{
    private static readonly IReadOnlyList<Column> StateFamily = [new Column(Columns.State)];
    private static readonly IReadOnlyList<Column> VersionOnly = [new Column(Columns.State, Columns.Version)];
    private static readonly IReadOnlyList<Column> TypeOnly = [new Column(Columns.State, Columns.Type)];

    public ITable Table => table;

    /// <summary>The keys of the state rows, from one on; rows of history have nothing of that column.</summary>
    public static Scan Keys(ReadOnlyMemory<byte> from) => new()
    {
        StartRow = from,
        Columns = TypeOnly,
        Filter = Filter.KeyOnly(),
        Caching = 1000,
    };

    /// <summary>
    /// The version of the next write: its number never falls behind the row's, whatever the clocks of two silos say.
    /// </summary>
    public EntityVersion Next(EntityVersion? expected)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new(expected is { } previous ? Math.Max(now, previous.Number + 1) : now, Guid.NewGuid());
    }

    public async ValueTask<StoredState?> ReadAsync(ReadOnlyMemory<byte> row, CancellationToken cancellationToken)
    {
        var read = await table.GetAsync(new Get(row) { Columns = StateFamily }, cancellationToken)
            .ConfigureAwait(false);
        if (read?.Value(Columns.State.Span, Columns.Version.Span) is not { } version) return null;
        var data = read.Value(Columns.State.Span, Columns.Data.Span) ?? default;
        var type = read.Value(Columns.State.Span, Columns.Type.Span) ?? default;
        return new(Etag.Decode(version.Span), data, Encoding.UTF8.GetString(type.Span));
    }

    /// <summary>
    /// Writes the state if the row's version is the expected one (null: it has none), and further rows with it.
    /// </summary>
    /// <exception cref="HBaseException">Not written, or not known to be.</exception>
    public async ValueTask<WriteResult> WriteAsync(
        ReadOnlyMemory<byte> row, EntityVersion? expected, EntityVersion version, ReadOnlyMemory<byte> data,
        string type, EntityIndex? index, IReadOnlyList<Put> further, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var put = new Put(row)
            .Add(Columns.State, Columns.Data, data, version.Number)
            .Add(Columns.State, Columns.Version, Etag.Encode(version), version.Number)
            .Add(Columns.State, Columns.Type, Encoding.UTF8.GetBytes(type), version.Number);
        if (index is not null) IndexCells.Add(put, index, version.Number);
        var condition = new Condition(row, Columns.State, Columns.Version,
            expected is { } e ? Etag.Encode(e) : default);
        WriteResult result;
        try
        {
            result = await table.CommitAsync(new(condition, put, further), cancellationToken).ConfigureAwait(false)
                ? new(true, version)
                : await AfterConflictAsync(row, version, cancellationToken).ConfigureAwait(false);
        }
        catch (HBaseOutcomeUnknownException)
        {
            var stored = await VersionAsync(row, cancellationToken).ConfigureAwait(false);
            StorageMetrics.OutcomeUnknown(stored == version);
            if (stored == expected) throw;
            result = new(stored == version, stored);
        }

        StorageMetrics.Written(result.Written, time.GetElapsedTime(started));
        return result;
    }

    /// <summary>The row's version; null when it has none.</summary>
    public async ValueTask<EntityVersion?> VersionAsync(ReadOnlyMemory<byte> row, CancellationToken cancellationToken)
    {
        var read = await table.GetAsync(new Get(row) { Columns = VersionOnly }, cancellationToken)
            .ConfigureAwait(false);
        return read?.Value(Columns.State.Span, Columns.Version.Span) is { } value ? Etag.Decode(value.Span) : null;
    }

    // The answer is certain; the stored version is asked for the message, and may be missing there.
    private async ValueTask<WriteResult> AfterConflictAsync(
        ReadOnlyMemory<byte> row, EntityVersion version, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await VersionAsync(row, cancellationToken).ConfigureAwait(false);
            return new(stored == version, stored);
        }
        catch (HBaseException)
        {
            return new(false, null);
        }
    }
}
