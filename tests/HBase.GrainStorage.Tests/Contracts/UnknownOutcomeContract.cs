using System.Text;
using HBase.GrainStorage.Entities;

namespace HBase.GrainStorage.Tests.Contracts;

/// <summary>What an entity store makes of conditional writes whose answer never came.</summary>
public abstract class UnknownOutcomeContract(HBaseFixture hbase) : IAsyncLifetime
{
    private readonly EntityId _entity = new("sensor", Guid.NewGuid().ToString());
    private ScriptedTable _table = null!;
    private HBaseEntityStore _store = null!;
    private HBaseEntityStore _other = null!;

    public async ValueTask InitializeAsync()
    {
        hbase.Require();
        var table = await hbase.StateTableAsync();
        _table = new(table);
        _store = new(_table, TimeProvider.System);
        _other = new(table, TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_was_applied_is_recognized_by_its_writer(bool exists)
    {
        var expected = exists ? await CommitAsync(null, "one") : (EntityVersion?)null;
        _table.Faults.Enqueue(Fault.LostAfter);
        var version = await CommitAsync(expected, "two");
        Assert.Equal((version, "two"), await StoredAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_was_not_applied_can_be_tried_again(bool exists)
    {
        var expected = exists ? await CommitAsync(null, "one") : (EntityVersion?)null;
        _table.Faults.Enqueue(Fault.LostBefore);
        var exception = await Assert.ThrowsAsync<EntityStoreException>(() => CommitAsync(expected, "two"));
        Assert.IsType<HBaseOutcomeUnknownException>(exception.InnerException);
        var version = await CommitAsync(expected, "two");
        Assert.Equal((version, "two"), await StoredAsync());
    }

    [Fact]
    public async Task A_write_that_is_applied_late_makes_the_next_attempt_lose()
    {
        var first = await CommitAsync(null, "one");
        _table.Faults.Enqueue(Fault.Late);
        await Assert.ThrowsAsync<EntityStoreException>(() => CommitAsync(first, "two"));
        Assert.True(await _table.ApplyLateAsync());

        // Its own, and yet: the row holds "two", and who asked holds "two and more".
        await Assert.ThrowsAsync<EntityConflictException>(() => CommitAsync(first, "two and more"));
        Assert.Equal("two", (await StoredAsync()).State);
    }

    [Fact]
    public async Task A_write_that_comes_after_the_next_attempt_changes_nothing()
    {
        var first = await CommitAsync(null, "one");
        _table.Faults.Enqueue(Fault.Late);
        await Assert.ThrowsAsync<EntityStoreException>(() => CommitAsync(first, "two"));
        var version = await CommitAsync(first, "two and more");
        Assert.False(await _table.ApplyLateAsync());
        Assert.Equal((version, "two and more"), await StoredAsync());
    }

    [Fact]
    public async Task A_write_that_another_one_followed_is_a_conflict()
    {
        _table.Faults.Enqueue(Fault.LostAfter);
        _table.Meanwhile = async () => await _other.CommitAsync(
            _entity, (await _other.ReadAsync(_entity))!.Version, Encoding.UTF8.GetBytes("other"), "T", []);
        await Assert.ThrowsAsync<EntityConflictException>(() => CommitAsync(null, "one"));
        Assert.Equal("other", (await StoredAsync()).State);
    }

    [Fact]
    public async Task A_write_that_cannot_be_read_back_stays_unknown()
    {
        _table.Faults.Enqueue(Fault.LostAfter);
        _table.FailingReads = 1;
        await Assert.ThrowsAsync<EntityStoreException>(() => CommitAsync(null, "one"));
        await Assert.ThrowsAsync<EntityConflictException>(() => CommitAsync(null, "one"));
    }

    [Fact]
    public async Task A_conflict_stays_one_when_the_winner_cannot_be_read()
    {
        await CommitAsync(null, "one");
        _table.FailingReads = 1;
        await Assert.ThrowsAsync<EntityConflictException>(() => CommitAsync(null, "two"));
    }

    [Fact]
    public async Task Other_errors_leave_as_the_stores_own_and_cancellation_as_it_is()
    {
        _table.Faults.Enqueue(Fault.Refused);
        var exception = await Assert.ThrowsAsync<EntityStoreException>(() => CommitAsync(null, "one"));
        Assert.IsType<HBaseRefusedException>(exception.InnerException);
        _table.FailingReads = 1;
        await Assert.ThrowsAsync<EntityStoreException>(async () => await _store.ReadAsync(_entity));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await _store.CommitAsync(_entity, null, default, "T", [], cancellationToken: new CancellationToken(canceled: true)));
    }

    /// <summary>
    /// Two activations append marks to what they hold, under random faults, and late writes arrive at random. Whatever
    /// was acknowledged must be in the row at the end, in order, once; nothing may be there twice.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Acknowledged_content_is_never_lost_and_never_doubled(int seed)
    {
        var random = new Random(seed);
        var activations = new[] { new Activation(), new Activation() };
        var acknowledged = new List<string>();
        for (var step = 0; step < 150; step++)
        {
            var activation = activations[random.Next(2)];
            if (random.Next(6) == 0) activation.Loaded = false; // moved
            if (random.Next(4) == 0 && _table.Late > 0) await _table.ApplyLateAsync();
            if (random.Next(3) == 0) _table.Faults.Enqueue((Fault)random.Next(1, 4));
            if (random.Next(10) == 0) _table.FailingReads = 1;
            await StepAsync(activation, $"{step}", acknowledged);
        }

        _table.FailingReads = 0;
        var stored = (await StoredAsync()).State.Split(',');
        Assert.Equal(stored.Distinct(), stored);
        Assert.Equal(acknowledged, stored.Where(acknowledged.Contains));
    }

    private async Task StepAsync(Activation activation, string mark, List<string> acknowledged)
    {
        try
        {
            if (!activation.Loaded)
            {
                var read = await _store.ReadAsync(_entity);
                activation.Version = read?.Version;
                activation.State = read is null ? [] : [.. Encoding.UTF8.GetString(read.State.Span).Split(',')];
                activation.Durable = activation.State.Count;
                activation.Loaded = true;
            }

            activation.State.Add(mark);
            activation.Version = await CommitAsync(activation.Version, string.Join(',', activation.State));
            acknowledged.AddRange(activation.State.Skip(activation.Durable));
            activation.Durable = activation.State.Count;
        }
        catch (EntityConflictException)
        {
            activation.Loaded = false;
        }
        catch (EntityStoreException)
        {
            // goes on with what it holds, and commits more the next time
        }
    }

    private async Task<EntityVersion> CommitAsync(EntityVersion? expected, string state) =>
        await _store.CommitAsync(_entity, expected, Encoding.UTF8.GetBytes(state), "T", []);

    private async Task<(EntityVersion Version, string State)> StoredAsync()
    {
        var stored = (await _other.ReadAsync(_entity))!;
        return (stored.Version, Encoding.UTF8.GetString(stored.State.Span));
    }

    private sealed class Activation
    {
        public bool Loaded { get; set; }

        public EntityVersion? Version { get; set; }

        public List<string> State { get; set; } = [];

        public int Durable { get; set; }
    }
}
