using System.Net;
using Google.Protobuf;
using HBase.Client.Rest.Messages;

namespace HBase.Client.Rest;

/// <summary>
/// Puts, deletes and conditional writes. Puts name their rows in the body, so that any will do. Gateways delete in two ways:
/// by address, columns up to a time, of keys that are text; and in the body, behind a condition, whole families of any key.
/// </summary>
internal sealed class RestWrites(string table, RestGateways gateways, RestSchemas schemas, HBaseRestOptions options)
{
    private const int MaxRows = 1000;
    private const int ParallelDeletes = 8;

    // No row has this column, so the condition that it is absent holds always.
    private static readonly byte[] _nowhere = "\0never-written"u8.ToArray();

    public Task WriteAsync(Mutation mutation, CancellationToken cancellationToken) => mutation switch
    {
        Put put => PutAsync([put], cancellationToken),
        Delete delete => DeleteAsync(delete, cancellationToken),
        _ => throw new NotSupportedException($"REST gateways cannot do a {mutation.GetType().Name}."),
    };

    public async Task<HBaseException?[]> WriteAllAsync(IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken)
    {
        var errors = new HBaseException?[mutations.Count];
        foreach (var batch in Batches(mutations))
        {
            try
            {
                await PutAsync([.. batch.Select(i => (Put)mutations[i])], cancellationToken).ConfigureAwait(false);
            }
            catch (HBaseRefusedException) when (batch.Count > 1)
            {
                // One is to blame, and some may be written already: each alone.
                foreach (var i in batch)
                    errors[i] = await ErrorAsync(mutations[i], cancellationToken).ConfigureAwait(false);
            }
            catch (HBaseException e)
            {
                foreach (var i in batch) errors[i] = e;
            }
        }

        var others = Enumerable.Range(0, mutations.Count).Where(i => mutations[i] is not Put);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelDeletes, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            others,
            parallel,
            async (i, token) => errors[i] = await ErrorAsync(mutations[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return errors;
    }

    /// <summary>Writes if the condition holds.</summary>
    public async Task<bool> CheckAsync(Condition condition, Mutation mutation, CancellationToken cancellationToken)
    {
        var row = mutation switch
        {
            Put put => CheckedPut(condition, put),
            Delete delete => await CheckedDeleteAsync(condition, delete, cancellationToken).ConfigureAwait(false),
            _ => throw new NotSupportedException($"REST gateways cannot do a conditional {mutation.GetType().Name}."),
        };
        row.Values.Add(Checked(condition));
        return await SendCheckAsync(row, mutation is Put ? "put" : "delete", RestEffect.Once, cancellationToken)
            .ConfigureAwait(false);
    }

    private static Messages.Cell Checked(Condition condition) => RestCells.CellOf(
        RestCells.Column(condition.Family.Span, condition.Qualifier.Span), condition.Value, Mutation.LatestTimestamp);

    private static CellSet.Types.Row CheckedPut(Condition condition, Put put)
    {
        var hasColumn = put.Cells.Any(c =>
            c.Family.Span.SequenceEqual(condition.Family.Span) && c.Qualifier.Span.SequenceEqual(condition.Qualifier.Span));
        return hasColumn && condition.Qualifier.Length > 0
            ? RestCells.RowOf(put)
            : throw new NotSupportedException(
                "REST gateways check only a column that the put itself writes and whose qualifier is not empty.");
    }

    private async Task<CellSet.Types.Row> CheckedDeleteAsync(
        Condition condition, Delete delete, CancellationToken cancellationToken)
    {
        if (delete.Columns is [var (column, timestamp)]
            && timestamp == Mutation.LatestTimestamp
            && column.Qualifier is { } qualifier
            && column.Family.Span.SequenceEqual(condition.Family.Span)
            && qualifier.Span.SequenceEqual(condition.Qualifier.Span))
        {
            // The condition alone deletes the column that it checks.
            return new CellSet.Types.Row { Key = UnsafeByteOperations.UnsafeWrap(delete.Row) };
        }

        return await FamiliesAsync(delete, cancellationToken).ConfigureAwait(false) ?? throw new NotSupportedException(
            "REST gateways delete conditionally only a row, whole families, or the one column that is checked.");
    }

    private async Task<HBaseException?> ErrorAsync(Mutation mutation, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(mutation, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (HBaseException e)
        {
            return e;
        }
    }

    // Puts by calls that are not too large; their numbers.
    private IEnumerable<List<int>> Batches(IReadOnlyList<Mutation> mutations)
    {
        var batch = new List<int>();
        var bytes = 0L;
        for (var i = 0; i < mutations.Count; i++)
        {
            if (mutations[i] is not Put put) continue;
            var size = put.Cells.Sum(c => (long)put.Row.Length + c.Family.Length + c.Qualifier.Length + c.Value.Length);
            if (batch.Count == MaxRows || (batch.Count > 0 && bytes + size > options.MaxBatchBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(i);
            bytes += size;
        }

        if (batch.Count > 0) yield return batch;
    }

    private async Task PutAsync(IReadOnlyList<Put> puts, CancellationToken cancellationToken)
    {
        var set = new CellSet();
        foreach (var put in puts) set.Rows.Add(RestCells.RowOf(put));
        var call = new RestCall(
            puts.Count == 1 ? $"A put to {table}" : $"{puts.Count} puts to {table}", HttpMethod.Put, RestPath.AnyRow(table),
            RestEffect.Idempotent)
        { Table = table, Body = set.ToByteArray() };
        await gateways.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeleteAsync(Delete delete, CancellationToken cancellationToken)
    {
        if (await FamiliesAsync(delete, cancellationToken).ConfigureAwait(false) is { } row)
        {
            row.Values.Add(RestCells.CellOf(
                RestCells.Column(row.Values[0].Column.Span, _nowhere), default, Mutation.LatestTimestamp));
            await SendCheckAsync(row, "delete", RestEffect.Idempotent, cancellationToken).ConfigureAwait(false);
            return;
        }

        var timestamp = delete.Columns[0].Timestamp;
        var columns = delete.Columns.Select(c => c.Column).ToList();
        if (columns.Exists(c => c.Qualifier is null) || delete.Columns.Any(c => c.Timestamp != timestamp))
            throw new NotSupportedException("REST gateways delete either whole families or columns, and columns up to one time.");
        var path = RestPath.Row(table, delete.Row.Span, columns, timestamp == Mutation.LatestTimestamp ? null : timestamp)
            ?? throw new NotSupportedException(
                "REST gateways delete columns only by address: of a row and of qualifiers that are plain text.");
        var call = new RestCall($"A delete from {table}", HttpMethod.Delete, path, RestEffect.Idempotent) { Table = table };
        await gateways.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    // What deletes whole families, of a whole row all that the table has; null when columns are to be deleted.
    private async Task<CellSet.Types.Row?> FamiliesAsync(Delete delete, CancellationToken cancellationToken)
    {
        if (delete.Columns.Any(c => c.Column.Qualifier is not null)) return null;
        var row = new CellSet.Types.Row { Key = UnsafeByteOperations.UnsafeWrap(delete.Row) };
        foreach (var (column, timestamp) in delete.Columns)
            row.Values.Add(RestCells.CellOf(column.Family.ToArray(), default, timestamp));
        if (delete.Columns.Count > 0) return row;
        foreach (var family in await schemas.FamiliesAsync(table, cancellationToken).ConfigureAwait(false))
            row.Values.Add(RestCells.CellOf(family, default, Mutation.LatestTimestamp));
        return row;
    }

    private async Task<bool> SendCheckAsync(
        CellSet.Types.Row row, string check, RestEffect effect, CancellationToken cancellationToken)
    {
        var what = effect == RestEffect.Once ? $"A check-and-{check} of {table}" : $"A delete from {table}";
        var call = new RestCall(what, HttpMethod.Put, $"{RestPath.AnyRow(table)}?check={check}", effect)
        {
            Table = table,
            Body = new CellSet { Rows = { row } }.ToByteArray(),
        };
        var answer = await gateways.SendAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.Status == HttpStatusCode.OK;
    }
}
