using System.Diagnostics;
using HBase.Client.Connection;
using HBase.Client.Diagnostics;
using HBase.Client.Routing;
using HBase.Client.Scanning;

namespace HBase.Client.Operations;

/// <summary>One table of a cluster.</summary>
internal sealed class HBaseTable(
    TableRoute route, string name, Dispatcher dispatcher, RetryPolicy policy, RegionScanner scanner) : ITable
{
    public string Name => name;

    public ValueTask<Row?> GetAsync(Get get, CancellationToken cancellationToken = default)
    {
        Validation.Check(get);
        return SubmitAsync(new GetOperation(route, get, policy.Start()), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Row?>> GetAsync(
        IReadOnlyList<Get> gets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(gets);
        foreach (var get in gets) Validation.Check(get);
        using var activity = StartBatch(gets.Count);
        var deadline = policy.Start();
        var operations = new GetOperation[gets.Count];
        for (var i = 0; i < operations.Length; i++) operations[i] = new GetOperation(route, gets[i], deadline);
        await RunAsync(operations, cancellationToken).ConfigureAwait(false);
        var rows = new Row?[operations.Length];
        Exception? error = null;
        for (var i = 0; i < rows.Length; i++)
        {
            try
            {
                rows[i] = await operations[i].Result.ConfigureAwait(false);
            }
            catch (Exception e) when (e is HBaseException or OperationCanceledException)
            {
                error ??= e;
            }
        }

        if (error is null) return rows;
        activity?.Failed(error);
        throw error;
    }

    public ValueTask<bool> ExistsAsync(Get get, CancellationToken cancellationToken = default)
    {
        Validation.Check(get);
        return SubmitAsync(new ExistsOperation(route, get, policy.Start()), cancellationToken);
    }

    public async ValueTask MutateAsync(Mutation mutation, CancellationToken cancellationToken = default)
    {
        Validation.Check(mutation);
        await SubmitAsync(new MutateOperation(route, mutation, policy.Start()), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<HBaseException?>> MutateAsync(
        IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mutations);
        foreach (var mutation in mutations) Validation.Check(mutation);
        using var activity = StartBatch(mutations.Count);
        var deadline = policy.Start();
        var operations = new MutateOperation[mutations.Count];
        for (var i = 0; i < operations.Length; i++) operations[i] = new MutateOperation(route, mutations[i], deadline);
        await RunAsync(operations, cancellationToken).ConfigureAwait(false);
        return await Waiting.ErrorsAsync(operations).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<OperationResult>> BatchAsync(
        IReadOnlyList<IRowOperation> operations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        foreach (var operation in operations) Validation.Check(operation);
        using var activity = StartBatch(operations.Count);
        var deadline = policy.Start();
        var started = new Operation[operations.Count];
        for (var i = 0; i < started.Length; i++) started[i] = Create(operations[i], deadline);
        await RunAsync(started, cancellationToken).ConfigureAwait(false);
        return await Waiting.ResultsAsync(started).ConfigureAwait(false);
    }

    public ValueTask<bool> CheckAndMutateAsync(
        Condition condition, Mutation mutation, CancellationToken cancellationToken = default)
    {
        Validation.Check(condition, mutation);
        return SubmitAsync(new CheckOperation(route, condition, mutation, policy.Start()), cancellationToken);
    }

    public ValueTask<Row> UpdateAsync(RowUpdate update, CancellationToken cancellationToken = default)
    {
        Validation.Check(update);
        return SubmitAsync(new UpdateOperation(route, update, policy.Start()), cancellationToken);
    }

    public ValueTask<bool> CommitAsync(ConditionalCommit commit, CancellationToken cancellationToken = default)
    {
        Validation.Check(commit);
        return SubmitAsync(new CommitOperation(route, commit, policy.Start()), cancellationToken);
    }

    public IAsyncEnumerable<Row> ScanAsync(Scan scan, CancellationToken cancellationToken = default)
    {
        Validation.Check(scan);
        return scanner.ScanAsync(route, scan, cancellationToken);
    }

    private Operation Create(IRowOperation asked, Deadline deadline) => asked switch
    {
        Get get => new GetOperation(route, get, deadline),
        Mutation mutation => new MutateOperation(route, mutation, deadline),
        ConditionalCommit commit => new CommitOperation(route, commit, deadline),
        _ => new UpdateOperation(route, (RowUpdate)asked, deadline),
    };

    /// <summary>Returns when each of them has its result or its error.</summary>
    private async ValueTask RunAsync(Operation[] operations, CancellationToken cancellationToken)
    {
        if (operations.Length == 0) return;
        var batch = new OperationBatch(operations.Length);
        var entered = new List<Operation>(operations.Length);
        foreach (var operation in operations)
        {
            // Those that have entered are cancelled then too.
            cancellationToken.ThrowIfCancellationRequested();
            var entering = dispatcher.Gate.EnterAsync(operation.Bytes, cancellationToken);
            if (!entering.IsCompletedSuccessfully)
            {
                // The room may be theirs.
                dispatcher.Submit(entered);
                entered.Clear();
                await entering.ConfigureAwait(false);
            }

            operation.Batch = batch;
            operation.Entered(dispatcher.Gate, cancellationToken);
            entered.Add(operation);
        }

        dispatcher.Submit(entered);
        await batch.Done.ConfigureAwait(false);
    }

    private ValueTask<T> SubmitAsync<T>(Operation<T> operation, CancellationToken cancellationToken)
    {
        if (ClientTracing.HasListeners) return TracedAsync(operation, cancellationToken);
        var entered = EnterAsync(operation, cancellationToken);
        return entered.IsCompletedSuccessfully ? operation.Result : AfterAsync(entered, operation);
    }

    private async ValueTask<T> TracedAsync<T>(Operation<T> operation, CancellationToken cancellationToken)
    {
        using var activity = ClientTracing.Start(operation.Name, route.Name);
        try
        {
            await EnterAsync(operation, cancellationToken).ConfigureAwait(false);
            return await operation.Result.ConfigureAwait(false);
        }
        catch (Exception e) when (activity is not null)
        {
            activity.Failed(e);
            throw;
        }
        finally
        {
            if (operation.Region is { } region) activity?.At(region.Server);
        }
    }

    private Activity? StartBatch(int operations) =>
        ClientTracing.Start("batch", route.Name)?.SetTag("db.operation.batch.size", operations);

    private static async ValueTask<T> AfterAsync<T>(ValueTask entered, Operation<T> operation)
    {
        await entered.ConfigureAwait(false);
        return await operation.Result.ConfigureAwait(false);
    }

    private ValueTask EnterAsync(Operation operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entered = dispatcher.Gate.EnterAsync(operation.Bytes, cancellationToken);
        if (!entered.IsCompletedSuccessfully) return WaitAsync(entered, operation, cancellationToken);
        Start(operation, cancellationToken);
        return ValueTask.CompletedTask;
    }

    private async ValueTask WaitAsync(ValueTask entered, Operation operation, CancellationToken cancellationToken)
    {
        await entered.ConfigureAwait(false);
        Start(operation, cancellationToken);
    }

    private void Start(Operation operation, CancellationToken cancellationToken)
    {
        operation.Entered(dispatcher.Gate, cancellationToken);
        dispatcher.Submit(operation);
    }
}
