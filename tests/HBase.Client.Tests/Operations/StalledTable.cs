using System.Threading.Channels;

namespace HBase.Client.Tests.Operations;

/// <summary>A table that answers batches of mutations when a test says so.</summary>
internal sealed class StalledTable : ITable
{
    private readonly Channel<Batch> _batches = Channel.CreateUnbounded<Batch>();

    public string Name => "t";

    /// <summary>The next batch that somebody wants to write.</summary>
    public async Task<Batch> NextAsync() => await _batches.Reader.ReadAsync();

    public async ValueTask<IReadOnlyList<HBaseException?>> MutateAsync(
        IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken = default)
    {
        var batch = new Batch(mutations, new(TaskCreationOptions.RunContinuationsAsynchronously));
        await _batches.Writer.WriteAsync(batch, cancellationToken);
        return await batch.Answer.Task;
    }

    public ValueTask<Row?> GetAsync(Get get, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<Row?>> GetAsync(IReadOnlyList<Get> gets, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<bool> ExistsAsync(Get get, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask MutateAsync(Mutation mutation, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<OperationResult>> BatchAsync(
        IReadOnlyList<IRowOperation> operations, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<bool> CheckAndMutateAsync(
        Condition condition, Mutation mutation, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<Row> UpdateAsync(RowUpdate update, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<bool> CommitAsync(ConditionalCommit commit, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<Row> ScanAsync(Scan scan, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    internal sealed record Batch(
        IReadOnlyList<Mutation> Mutations, TaskCompletionSource<IReadOnlyList<HBaseException?>> Answer);
}
