using System.Runtime.CompilerServices;
using HBase.Client;
using HBase.Client.Operations;
using HBase.Embedded.Reading;
using HBase.Embedded.Storage;
using HBase.Embedded.Writing;

namespace HBase.Embedded;

/// <summary>Reads on the caller's thread; hands writes to the writer.</summary>
internal sealed class EmbeddedTable(string name, Store store, WriterLoop writer) : ITable
{
    private const int MaxRowsAtOnce = 1000;

    public string Name { get; } = name;

    public ValueTask<Row?> GetAsync(Get get, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<Row?>(cancellationToken);
        try
        {
            Validation.Check(get);
            return ValueTask.FromResult(Read([get])[0]);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<Row?>(e);
        }
    }

    public ValueTask<IReadOnlyList<Row?>> GetAsync(
        IReadOnlyList<Get> gets, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<Row?>>(cancellationToken);
        try
        {
            ArgumentNullException.ThrowIfNull(gets);
            foreach (var get in gets) Validation.Check(get);
            return ValueTask.FromResult<IReadOnlyList<Row?>>(Read(gets));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<IReadOnlyList<Row?>>(e);
        }
    }

    public async ValueTask<bool> ExistsAsync(Get get, CancellationToken cancellationToken = default) =>
        await GetAsync(get, cancellationToken).ConfigureAwait(false) is not null;

    public async ValueTask MutateAsync(Mutation mutation, CancellationToken cancellationToken = default)
    {
        Validation.Check(mutation);
        var errors =
            await writer.SubmitAsync(new BatchRequest(Name, [mutation]), cancellationToken).ConfigureAwait(false);
        if (errors[0] is { } error) throw error;
    }

    public async ValueTask<IReadOnlyList<HBaseException?>> MutateAsync(
        IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mutations);
        foreach (var mutation in mutations) Validation.Check(mutation);
        if (mutations.Count == 0) return [];
        return await writer.SubmitAsync(new BatchRequest(Name, mutations), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<OperationResult>> BatchAsync(
        IReadOnlyList<IRowOperation> operations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        foreach (var operation in operations) Validation.Check(operation);
        // All start, so that they share groups of the writer; then each is waited for.
        var started = operations.Select(o => CarryOutAsync(o, cancellationToken)).ToArray();
        return await Task.WhenAll(started).ConfigureAwait(false);
    }

    public ValueTask<bool> CheckAndMutateAsync(
        Condition condition, Mutation mutation, CancellationToken cancellationToken = default) =>
        CommitAsync(new ConditionalCommit(condition, mutation, []), cancellationToken);

    public async ValueTask<Row> UpdateAsync(RowUpdate update, CancellationToken cancellationToken = default)
    {
        Validation.Check(update);
        return await writer.SubmitAsync(new UpdateRequest(Name, update), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> CommitAsync(ConditionalCommit commit, CancellationToken cancellationToken = default)
    {
        Validation.Check(commit);
        return await writer.SubmitAsync(new CommitRequest(Name, commit), cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<Row> ScanAsync(Scan scan, CancellationToken cancellationToken = default)
    {
        Validation.Check(scan);
        return RowsAsync(scan, cancellationToken);
    }

    private async Task<OperationResult> CarryOutAsync(IRowOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            if (operation is Get get) return new(await GetAsync(get, cancellationToken).ConfigureAwait(false), null);
            if (operation is RowUpdate update)
                return new(await UpdateAsync(update, cancellationToken).ConfigureAwait(false), null);
            if (operation is ConditionalCommit commit)
                return new(null, null, ConditionFailed: !await CommitAsync(commit, cancellationToken).ConfigureAwait(false));
            await MutateAsync((Mutation)operation, cancellationToken).ConfigureAwait(false);
            return default;
        }
        catch (HBaseException e)
        {
            return new(null, e);
        }
    }

    private Row?[] Read(IReadOnlyList<Get> gets)
    {
        using var pass = store.Enter();
        var table = store.Catalog.Get(Name);
        if (gets.Count == 0) return [];

        var rows = new Row?[gets.Count];
        var key = new KeyWriter();
        using var iterator = store.NewIterator();
        for (var i = 0; i < rows.Length; i++)
        {
            var get = gets[i];
            var prefix = key.Table(table.Id).Row(get.Row.Span).Span;
            iterator.Seek(prefix);
            var cells = new RowReader(table, get).Read(iterator, prefix, get.Row.Span);
            rows[i] = cells is null ? null : new Row(get.Row, cells);
        }

        return rows;
    }

    private async IAsyncEnumerable<Row> RowsAsync(
        Scan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var opened = Open(scan);
        var rows = new List<Row>();
        var left = scan.Limit == 0 ? long.MaxValue : scan.Limit;
        var more = true;
        while (more && left > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Clear();
            more = opened.Fetch(rows, (int)Math.Min(left, Math.Min(scan.Caching, MaxRowsAtOnce)));
            left -= rows.Count;
            foreach (var row in rows) yield return row;
        }

        // The seam is asynchronous, this store is not.
        await Task.CompletedTask.ConfigureAwait(false);
    }

    private TableScan Open(Scan scan)
    {
        using var pass = store.Enter();
        return store.OpenScan(store.Catalog.Get(Name), scan);
    }
}
