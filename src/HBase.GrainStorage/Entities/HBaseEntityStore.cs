using System.Runtime.CompilerServices;
using System.Text;
using HBase.GrainStorage.Rows;

namespace HBase.GrainStorage.Entities;

/// <summary>
/// Entities in HBase: a state row and a row for each hour of history, written in one commit. The layout is described in
/// <see cref="EntityRows"/> and <see cref="HistoryRows"/>, the handling of unknown outcomes in <see cref="StateRows"/>.
/// <para>
/// Who loses the condition deactivates, also when the winner was an earlier attempt of its own that arrived late: what
/// is in the row is then an older content than what is in memory, and only a new activation, which reads the row, knows
/// which.
/// </para>
/// <para>
/// A cancelled commit may or may not have been written, as one with an unknown outcome that could not be read back: the
/// next commit finds out, by conflict at worst.
/// </para>
/// </summary>
internal sealed class HBaseEntityStore(ITable table, TimeProvider time) : IEntityStore
{
    private readonly StateRows _rows = new(table, time);

    public async ValueTask<StoredEntity?> ReadAsync(EntityId entity, CancellationToken cancellationToken = default)
    {
        var row = Row(entity);
        try
        {
            var stored = await _rows.ReadAsync(row, cancellationToken).ConfigureAwait(false);
            return stored is null ? null : new(stored.Version, stored.Data, stored.Type);
        }
        catch (Exception exception) when (exception is HBaseException or FormatException)
        {
            throw new EntityStoreException($"The state of {entity} could not be read from {table.Name}.", exception);
        }
    }

    public async ValueTask<EntityVersion> CommitAsync(
        EntityId entity, EntityVersion? expected, ReadOnlyMemory<byte> state, string stateType,
        IReadOnlyList<HistoryBlock> history, EntityIndex? index = null, CancellationToken cancellationToken = default)
    {
        var row = Row(entity);
        var version = _rows.Next(expected);
        var further = HistoryRows.Puts(row, history, version.Number);
        WriteResult result;
        try
        {
            result = await _rows.WriteAsync(row, expected, version, state, stateType, index, further, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (HBaseOutcomeUnknownException exception)
        {
            throw new EntityStoreException(
                $"Whether the state of {entity} was written to {table.Name} is unknown; it may still be.", exception);
        }
        catch (Exception exception) when (exception is HBaseException or FormatException)
        {
            throw new EntityStoreException(
                $"The state of {entity} was not written to {table.Name}, or is not known to be.", exception);
        }

        return result.Written ? version : throw Conflict(entity, expected, result.Stored);
    }

    public async IAsyncEnumerable<HistoryBlock> ReadHistoryAsync(
        EntityId entity, HistoryKind kind, long from, long to,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (from >= to) yield break;
        var scan = HistoryRows.Scan(Row(entity), kind, from, to);
        await foreach (var row in RowsAsync(scan, $"The history of {entity}", cancellationToken).ConfigureAwait(false))
        {
            foreach (var cell in row.Cells)
            {
                var time = HistoryRows.FirstTime(cell.Qualifier.Span);
                if (time >= from && time < to) yield return HistoryRows.Decode(kind, cell);
            }
        }
    }

    public async IAsyncEnumerable<DueEntity> FindDueAsync(
        IReadOnlyDictionary<string, DueTimes> until, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (until.Count == 0) yield break;
        await foreach (var row in RowsAsync(IndexCells.Due(until), "The timers", cancellationToken).ConfigureAwait(false))
        {
            var entity = EntityOf(row);
            foreach (var cell in row.Cells)
            {
                var (source, due) = IndexCells.Decode(cell);
                yield return new(entity, source, due);
            }
        }
    }

    public async IAsyncEnumerable<AlertingEntity> FindAlertsAsync(
        EntityId? after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var scan = IndexCells.WithAlerts(Behind(after));
        await foreach (var row in RowsAsync(scan, "The active alerts", cancellationToken).ConfigureAwait(false))
            yield return new(EntityOf(row), IndexCells.AlertsOf(row));
    }

    public async IAsyncEnumerable<BehindEntity> FindBehindAsync(
        long version, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in RowsAsync(IndexCells.Behind(version), "The entities' versions", cancellationToken).ConfigureAwait(false))
        {
            var (source, of) = IndexCells.VersionOf(row);
            yield return new(EntityOf(row), source, of, IndexCells.AlertsOf(row));
        }
    }

    public async IAsyncEnumerable<EntityId> FindEntitiesAsync(
        string kind, EntityId? after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in RowsAsync(StateRows.Keys(Behind(after)), "The entities", cancellationToken).ConfigureAwait(false))
        {
            var entity = EntityOf(row);
            if (entity.Kind == kind) yield return entity;
        }
    }

    // A key with one more byte is the next one that there can be.
    private static ReadOnlyMemory<byte> Behind(EntityId? entity) => entity is { } last ? (byte[])[.. Row(last), 0] : default;

    // Kinds that begin with a slash are those of ordinary grains, which live in the same table.
    private static byte[] Row(EntityId entity) => entity.Kind is ['/', ..]
        ? throw new ArgumentException($"The kind of {entity} begins with a slash.", nameof(entity))
        : EntityRows.State(entity);

    private static EntityConflictException Conflict(EntityId entity, EntityVersion? expected, EntityVersion? stored)
    {
        static string Text(EntityVersion? version) => version is { } v ? $"{v.Number} by {v.Writer}" : "none";
        return new($"{entity} has been written by another: expected version {Text(expected)}, stored {Text(stored)}.");
    }

    private static EntityId EntityOf(Row row)
    {
        var (kind, key, _) = EntityRows.Parse(row.Key.Span);
        return new(Encoding.UTF8.GetString(kind), Encoding.UTF8.GetString(key));
    }

    private async IAsyncEnumerable<Row> RowsAsync(
        Scan scan, string what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = table.ScanAsync(scan, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (rows.ConfigureAwait(false))
        {
            while (await NextAsync(rows, what).ConfigureAwait(false)) yield return rows.Current;
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<Row> rows, string what)
    {
        try
        {
            return await rows.MoveNextAsync().ConfigureAwait(false);
        }
        catch (HBaseException exception)
        {
            throw new EntityStoreException($"{what} could not be read from {table.Name}.", exception);
        }
    }
}
