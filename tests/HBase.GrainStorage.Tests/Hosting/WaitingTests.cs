using HBase.GrainStorage.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HBase.GrainStorage.Tests.Hosting;

public sealed class WaitingTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FlakyHBase _hbase = new();
    private readonly List<string> _log = [];

    [Fact]
    public async Task A_silo_waits_for_HBase_and_says_so()
    {
        _hbase.Errors.Enqueue(new HBaseUnavailableException("nobody listens at localhost:26000"));
        _hbase.Errors.Enqueue(new HBaseOutcomeUnknownException("creating"));
        var ensuring = Tables().EnsureStateTableAsync(_hbase, "t");
        Assert.False(ensuring.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(ensuring.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        await ensuring;
        Assert.Equal(2, _log.Count(line => line.Contains("the silo waits", StringComparison.Ordinal)));
        Assert.Contains(_log, line => line.Contains("nobody listens at localhost:26000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_that_another_silo_creates_is_waited_for()
    {
        _hbase.Errors.Enqueue(new HBaseTableExistsException("t"));
        _hbase.Errors.Enqueue(new HBaseTableNotFoundException("no region yet"));
        var ensuring = Tables().EnsureClusterTableAsync(_hbase, "t");
        Assert.False(ensuring.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        await ensuring;
    }

    [Fact]
    public async Task A_silo_that_may_not_create_waits_for_who_does()
    {
        var ensuring = Tables(create: false).EnsureStateTableAsync(_hbase, "t");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(ensuring.IsCompleted);
        _hbase.Exists = true;
        _time.Advance(TimeSpan.FromSeconds(5));
        await ensuring;
        Assert.Equal(0, _hbase.Created);
    }

    [Fact]
    public async Task A_refusal_ends_the_start()
    {
        _hbase.Errors.Enqueue(new HBaseRefusedException("no permission"));
        await Assert.ThrowsAsync<HBaseRefusedException>(() => Tables().EnsureStateTableAsync(_hbase, "t"));
    }

    [Fact]
    public async Task Waiting_ends_with_the_silo()
    {
        using var stop = new CancellationTokenSource();
        var ensuring = Tables(create: false).EnsureStateTableAsync(_hbase, "t", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ensuring);
    }

    public async ValueTask DisposeAsync() => await _hbase.DisposeAsync();

    private HBaseTables Tables(bool create = true) =>
        new(Options.Create(new HBaseTablesOptions { Create = create }), _time, new ListLogger(_log));

    /// <summary>
    /// Each call to the tables fails with the next error; without one it works, without doing anything.
    /// </summary>
    private sealed class FlakyHBase : IHBase
    {
        public Queue<HBaseException> Errors { get; } = new();

        public bool Exists { get; set; }

        public int Created { get; private set; }

        public ITable GetTable(string name) => new NoTable(Errors);

        public ValueTask<bool> TableExistsAsync(string name, CancellationToken cancellationToken = default) =>
            Errors.TryPeek(out var error) && error is not (HBaseTableExistsException or HBaseTableNotFoundException)
                ? ValueTask.FromException<bool>(Errors.Dequeue())
                : ValueTask.FromResult(Exists);

        public ValueTask CreateTableAsync(TableDescriptor descriptor, CancellationToken cancellationToken = default)
        {
            Created++;
            Exists = true;
            return Errors.TryDequeue(out var error) ? ValueTask.FromException(error) : ValueTask.CompletedTask;
        }

        public ValueTask DeleteTableAsync(string name, CancellationToken cancellationToken = default) =>
            ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private sealed class NoTable(Queue<HBaseException> errors) : ITable
        {
            public string Name => "t";

            public ValueTask<IReadOnlyList<Row?>> GetAsync(
                IReadOnlyList<Get> gets, CancellationToken cancellationToken = default) =>
                errors.TryDequeue(out var error)
                    ? ValueTask.FromException<IReadOnlyList<Row?>>(error)
                    : ValueTask.FromResult<IReadOnlyList<Row?>>(new Row?[gets.Count]);

            public ValueTask<Row?> GetAsync(Get get, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();

            public ValueTask<bool> ExistsAsync(Get get, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();

            public ValueTask MutateAsync(Mutation mutation, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();

            public ValueTask<IReadOnlyList<HBaseException?>> MutateAsync(
                IReadOnlyList<Mutation> mutations, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();

            public ValueTask<bool> CheckAndMutateAsync(
                Condition condition, Mutation mutation, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();

            public ValueTask<bool> CommitAsync(
                ConditionalCommit commit, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();

            public ValueTask<Row> UpdateAsync(RowUpdate update, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();

            public ValueTask<IReadOnlyList<OperationResult>> BatchAsync(
                IReadOnlyList<IRowOperation> operations, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();

            public IAsyncEnumerable<Row> ScanAsync(Scan scan, CancellationToken cancellationToken = default) =>
                throw new NotSupportedException();
        }
    }

    private sealed class ListLogger(List<string> lines) : ILogger<HBaseTables>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (lines) lines.Add(formatter(state, exception));
        }
    }
}
