namespace HBase.Client;

/// <summary>
/// One table. The seam between code that stores rows and what stores them: the native RPC client and the embedded
/// store both implement it. All members may be called concurrently.
/// </summary>
public interface ITable
{
    /// <summary>The table's name, <c>qualifier</c> or <c>namespace:qualifier</c>.</summary>
    string Name { get; }

    /// <summary>Reads one row; null when it has no cell that the get asks for.</summary>
    ValueTask<Row?> GetAsync(Get get, CancellationToken cancellationToken = default);

    /// <summary>Reads many rows, across regions and servers; the result at i belongs to the get at i, null when absent.</summary>
    ValueTask<IReadOnlyList<Row?>> GetAsync(IReadOnlyList<Get> gets, CancellationToken cancellationToken = default);

    /// <summary>Whether the row has a cell that the get asks for; sends none.</summary>
    ValueTask<bool> ExistsAsync(Get get, CancellationToken cancellationToken = default);

    /// <summary>Applies a change of one row, atomically; durable when it returns.</summary>
    ValueTask MutateAsync(Mutation mutation, CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies changes of any rows; each of them is atomic, the batch is not. The result at i is null when
    /// mutation i is durable, else the error that it met.
    /// </summary>
    ValueTask<IReadOnlyList<HBaseException?>> MutateAsync(
        IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken = default);

    /// <summary>
    /// Carries out operations of any kind and of any rows, in no order; each of them is atomic, the batch is not. The result at
    /// i belongs to the operation at i.
    /// </summary>
    ValueTask<IReadOnlyList<OperationResult>> BatchAsync(
        IReadOnlyList<IRowOperation> operations, CancellationToken cancellationToken = default);

    /// <summary>Applies the mutation only if the condition holds, atomically; false, and nothing changed, when it does not.</summary>
    /// <exception cref="HBaseOutcomeUnknownException">The call may or may not have taken effect.</exception>
    ValueTask<bool> CheckAndMutateAsync(
        Condition condition, Mutation mutation, CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies an increment or an append, atomically, and returns the columns that it changed as they are then. It is applied
    /// once, although it may have to be sent again.
    /// </summary>
    /// <exception cref="HBaseOutcomeUnknownException">
    /// The call may or may not have taken effect, and the server that could tell has lost the row to another one.
    /// </exception>
    ValueTask<Row> UpdateAsync(RowUpdate update, CancellationToken cancellationToken = default);

    /// <summary>
    /// Like <see cref="CheckAndMutateAsync"/> with further rows of the same region, gathered with other callers' commits
    /// into one atomic group where that can be. Where it cannot (the table has no endpoint, a region ends between the rows, or
    /// the server is to stamp the conditional row, which a group does by its clock alone), the further rows are written first
    /// and then the conditional row, so they must be idempotent.
    /// </summary>
    /// <exception cref="HBaseOutcomeUnknownException">The commit may or may not have taken effect.</exception>
    ValueTask<bool> CommitAsync(ConditionalCommit commit, CancellationToken cancellationToken = default);

    /// <summary>Reads rows in key order, or against it.</summary>
    IAsyncEnumerable<Row> ScanAsync(Scan scan, CancellationToken cancellationToken = default);
}

/// <summary>A store of tables: a cluster, or the embedded store. Dispose it to close its connections or files.</summary>
public interface IHBase : IAsyncDisposable
{
    /// <summary>The table of that name; nothing is sent, so a missing table shows at the first operation.</summary>
    ITable GetTable(string name);

    /// <summary>Whether the table exists.</summary>
    ValueTask<bool> TableExistsAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Creates a table and waits until its regions are open.</summary>
    /// <exception cref="HBaseTableExistsException">A table of that name exists.</exception>
    ValueTask CreateTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default);

    /// <summary>Disables and deletes a table with all its data.</summary>
    /// <exception cref="HBaseTableNotFoundException">No table of that name exists.</exception>
    ValueTask DeleteTableAsync(string name, CancellationToken cancellationToken = default);
}
