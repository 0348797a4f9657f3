using System.Net;
using System.Text;
using HBase.Client.Operations;

namespace HBase.Client.Rest;

/// <summary>One table behind the gateways.</summary>
internal sealed class RestTable(string name, RestGateways gateways, RestSchemas schemas, HBaseRestOptions options) : ITable
{
    // A gateway takes 64 KB of address.
    private const int MaxMultiGetChars = 16 * 1024;

    // A gateway looks for "table,row,99999999999999" in hbase:meta, which is itself a row key, unless it happens to know the region.
    private readonly int _longestRow = LongestRow(name);

    private readonly RestScan _scan = new(name, gateways, schemas, options);
    private readonly RestWrites _writes = new(name, gateways, schemas, options);

    public string Name => name;

    /// <summary>Bytes of the longest row key of that table that a gateway always finds the region of.</summary>
    internal static int LongestRow(string table) =>
        short.MaxValue - Encoding.UTF8.GetByteCount(table) - ",,99999999999999".Length;

    public async ValueTask<Row?> GetAsync(Get get, CancellationToken cancellationToken = default) =>
        (await GetAsync([get], cancellationToken).ConfigureAwait(false))[0];

    public async ValueTask<IReadOnlyList<Row?>> GetAsync(
        IReadOnlyList<Get> gets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(gets);
        foreach (var get in gets)
        {
            Validation.Check(get);
            CheckRow(get.Row);
            RestLimits.Check(get);
        }

        var rows = new Row?[gets.Count];
        var batches = new MultiGetBatches(MaxMultiGetChars);
        for (var i = 0; i < rows.Length; i++)
        {
            if (RestPath.MultiGet(gets[i]) is { } parameter)
                batches.Add(i, gets[i], parameter);
            else
                rows[i] = await _scan.GetAsync(gets[i], cancellationToken).ConfigureAwait(false);
        }

        foreach (var batch in batches.All) await MultiGetAsync(gets, batch, rows, cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <remarks>Gateways send the whole row.</remarks>
    public async ValueTask<bool> ExistsAsync(Get get, CancellationToken cancellationToken = default) =>
        await GetAsync(get, cancellationToken).ConfigureAwait(false) is not null;

    public async ValueTask MutateAsync(Mutation mutation, CancellationToken cancellationToken = default)
    {
        Check(mutation);
        await _writes.WriteAsync(mutation, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<HBaseException?>> MutateAsync(
        IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mutations);
        foreach (var mutation in mutations) Check(mutation);
        return await _writes.WriteAllAsync(mutations, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask<IReadOnlyList<OperationResult>> BatchAsync(
        IReadOnlyList<IRowOperation> operations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        foreach (var operation in operations) Validation.Check(operation);
        throw RestLimits.NoBatches();
    }

    public async ValueTask<bool> CheckAndMutateAsync(
        Condition condition, Mutation mutation, CancellationToken cancellationToken = default)
    {
        Validation.Check(condition, mutation);
        RestLimits.Check(condition);
        Check(mutation);
        return await _writes.CheckAsync(condition, mutation, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask<Row> UpdateAsync(RowUpdate update, CancellationToken cancellationToken = default)
    {
        Validation.Check(update);
        throw RestLimits.NoUpdates();
    }

    /// <remarks>Gateways group nothing: the further rows are written first.</remarks>
    public async ValueTask<bool> CommitAsync(ConditionalCommit commit, CancellationToken cancellationToken = default)
    {
        Validation.Check(commit);
        RestLimits.Check(commit.Condition);
        Check(commit.Mutation);
        foreach (var put in commit.Further) CheckRow(put.Row);
        var errors = await _writes.WriteAllAsync(commit.Further, cancellationToken).ConfigureAwait(false);
        if (errors.FirstOrDefault(e => e is not null) is { } error) throw error;
        return await _writes.CheckAsync(commit.Condition, commit.Mutation, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<Row> ScanAsync(Scan scan, CancellationToken cancellationToken = default)
    {
        Validation.Check(scan);
        CheckRow(scan.StartRow);
        RestLimits.Check(scan);
        return _scan.RunAsync(scan, cancellationToken);
    }

    private void Check(Mutation mutation)
    {
        Validation.Check(mutation);
        RestLimits.Check(mutation);
        CheckRow(mutation.Row);
    }

    private void CheckRow(ReadOnlyMemory<byte> row)
    {
        if (row.Length > _longestRow)
            throw new ArgumentException($"REST gateways take row keys of up to {_longestRow} bytes in {name}, not {row.Length}.");
    }

    private async Task MultiGetAsync(
        IReadOnlyList<Get> gets, MultiGetBatch batch, Row?[] rows, CancellationToken cancellationToken)
    {
        var call = new RestCall(
            batch.Indexes.Count == 1 ? $"A get of {name}" : $"{batch.Indexes.Count} gets of {name}",
            HttpMethod.Get,
            $"{RestPath.Table(name)}/multiget?v={batch.Versions}&{batch.Parameters}",
            RestEffect.None)
        { Table = name };
        var answer = await gateways.SendAsync(call, cancellationToken).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.OK)
        {
            foreach (var row in RestCells.Parse(answer.Body))
            {
                if (!batch.Indexes.TryGetValue(row.Key, out var index))
                    throw new HBaseProtocolException("A gateway answered with a row that was not asked for.");
                rows[index] = row;
            }
        }

        foreach (var index in batch.Indexes.Values)
        {
            // Without columns it is enough to know that the table is there, and a row that was found tells that.
            if (rows[index] is not null || (gets[index].Columns.Count == 0 && answer.Status == HttpStatusCode.OK)) continue;
            await schemas.CheckAsync(name, gets[index].Columns, cancellationToken).ConfigureAwait(false);
        }
    }
}
