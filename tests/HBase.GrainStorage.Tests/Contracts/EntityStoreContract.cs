using System.Text;
using HBase.GrainStorage.Entities;
using HBase.GrainStorage.Rows;
using Microsoft.Extensions.Time.Testing;

namespace HBase.GrainStorage.Tests.Contracts;

/// <summary>What an entity store on any HBase does while nothing fails.</summary>
public abstract class EntityStoreContract(HBaseFixture hbase) : IAsyncLifetime
{
    private readonly EntityId _entity = new("sensor", Guid.NewGuid().ToString());
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_000));
    private ITable _table = null!;
    private HBaseEntityStore _store = null!;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync()
    {
        hbase.Require();
        _table = await hbase.StateTableAsync();
        _store = new(_table, _time);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_entity_that_was_never_written_has_no_state()
    {
        Assert.Null(await _store.ReadAsync(_entity));
        Assert.Empty(await HistoryAsync(_entity));
    }

    [Fact]
    public async Task What_was_committed_is_read()
    {
        var first = await _store.CommitAsync(_entity, null, Bytes("one"), "T/1", []);
        Assert.Equal(Now, first.Number);
        await AssertStoredAsync(first, "one", "T/1");
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = await _store.CommitAsync(_entity, first, Bytes("two"), "T/2", []);
        Assert.Equal(Now, second.Number);
        Assert.NotEqual(first.Writer, second.Writer);
        await AssertStoredAsync(second, "two", "T/2");
    }

    [Fact]
    public async Task An_empty_state_is_a_state()
    {
        var version = await _store.CommitAsync(_entity, null, default, "T", []);
        await AssertStoredAsync(version, "", "T");
    }

    [Fact]
    public async Task An_entity_is_found_by_when_its_timers_are_due_in_its_source()
    {
        var (early, late, other) = (new EntityId("sensor", "\0early"), new EntityId("sensor", "late"), new EntityId("meter", "other"));
        var version = await _store.CommitAsync(early, null, default, "T", [], Index("t/0/x", new(1_000, DueTimes.Never)));
        await _store.CommitAsync(late, null, default, "T", [], Index("t/0/x", new(5_000, 700)));
        await _store.CommitAsync(other, null, default, "T", [], Index("t/1/x", new(10, 10)));

        Assert.Equal([new(early, "t/0/x", new(1_000, DueTimes.Never))], await DueAsync(("t/0/x", new(1_000, 699))));
        Assert.Equal([new(late, "t/0/x", new(DueTimes.Never, 700))], await DueAsync(("t/0/x", new(999, 700))));
        Assert.Empty(await DueAsync(("t/0/x", new(999, 699)), ("t/2/x", new(DueTimes.Never - 1, DueTimes.Never - 1))));
        Assert.Equal(3, (await DueAsync(("t/0/x", new(999, 700)), ("t/1/x", new(10, 10)), ("t/0/y", new(9_999, 9_999)))).Count);

        await _store.CommitAsync(early, version, default, "T", [], Index("t/0/x", DueTimes.None));
        Assert.Empty(await DueAsync(("t/0/x", new(1_000, 699))));
    }

    [Fact]
    public async Task Entities_with_active_alerts_are_found_page_by_page()
    {
        var entities = Enumerable.Range(0, 5).Select(i => new EntityId("alerting", $"{Guid.NewGuid()}\0{i}")).ToList();
        foreach (var entity in entities)
            await _store.CommitAsync(
                entity, null, default, "T", [], new EntityIndex("t/0/x", entity == entities[1] ? DueTimes.None : null, Bytes(entity.Key), 1));
        var version = (await _store.ReadAsync(entities[0]))!.Version;
        await _store.CommitAsync(entities[0], version, default, "T", [], new EntityIndex("t/0/x", null, default, 1));

        var found = new List<EntityId>();
        EntityId? last = null;
        do
        {
            last = null;
            await foreach (var (entity, alerts) in _store.FindAlertsAsync(found.Count == 0 ? null : found[^1]))
            {
                if (entities.Contains(entity)) Assert.Equal(entity.Key, Encoding.UTF8.GetString(alerts.Span));
                found.Add((last = entity).Value);
                if (found.Count % 2 == 0) break;
            }
        }
        while (last is not null);
        Assert.Equal(entities.Skip(1).ToHashSet(), found.Where(entities.Contains).ToHashSet());
        Assert.Equal(found.Count, found.Distinct().Count());
    }

    [Fact]
    public async Task Entities_of_earlier_versions_are_found_until_they_are_written_by_a_later_one()
    {
        EntityId Named(string name) => new("behind", $"{_entity.Key}/{name}");
        async Task<EntityVersion> WriteAsync(string name, EntityIndex? index, EntityVersion? expected = null) =>
            await _store.CommitAsync(Named(name), expected, default, "T", [], index);
        async Task<HashSet<(EntityId, string, long, string)>> BehindAsync(long version) => await _store.FindBehindAsync(version)
            .Where(found => found.Entity.Kind == "behind" && found.Entity.Key.StartsWith(_entity.Key, StringComparison.Ordinal))
            .Select(found => (found.Entity, found.Source, found.Version, Encoding.UTF8.GetString(found.Alerts.Span))).ToHashSetAsync();

        var first = await WriteAsync("first", new("t/0", null, Bytes("alerts"), 1));
        await WriteAsync("second", new("t/1", DueTimes.None, default, 255));
        await WriteAsync("none", Index("t/0", DueTimes.None));
        await WriteAsync("unknown", null);

        Assert.Empty(await BehindAsync(1));
        Assert.Equal([(Named("first"), "t/0", 1, "alerts")], await BehindAsync(255));
        Assert.Equal([(Named("first"), "t/0", 1, "alerts"), (Named("second"), "t/1", 255, "")], await BehindAsync(256));
        first = await WriteAsync("first", null, first);
        Assert.Equal([(Named("first"), "t/0", 1, "alerts")], await BehindAsync(255));
        // Its records come from another partition now, whatever it was before.
        await WriteAsync("first", new("t/7", null, default, 255), first);
        Assert.Empty(await BehindAsync(255));
        Assert.Equal([(Named("first"), "t/7", 255, ""), (Named("second"), "t/1", 255, "")], await BehindAsync(256));
    }

    [Fact]
    public async Task Entities_of_a_kind_are_found_by_their_states_from_any_of_them_on()
    {
        var kind = Guid.NewGuid().ToString();
        var entities = Enumerable.Range(0, 5).Select(i => new EntityId(kind, $"{i}\0\u0001")).ToHashSet();
        foreach (var entity in entities) await _store.CommitAsync(entity, null, default, "T", [Block(0, "t/0", 0), Block(0, "t/0", 0, HistoryKind.Alerts)]);
        await _store.CommitAsync(new(kind + "s", "other"), null, Bytes("x"), "T", [Block(0, "t/0", 0)]);

        var found = await _store.FindEntitiesAsync(kind, null).ToListAsync();
        Assert.Equal(5, found.Count);
        Assert.Equal(entities, found.ToHashSet());
        for (var i = 0; i < 5; i++) Assert.Equal(found.Skip(i + 1), await _store.FindEntitiesAsync(kind, found[i]).ToListAsync());
        Assert.Empty(await _store.FindEntitiesAsync(kind[..^1], null).ToListAsync());
    }

    private static EntityIndex Index(string source, DueTimes due) => new(source, due, default, 0);

    private async Task<IReadOnlyList<DueEntity>> DueAsync(params (string Source, DueTimes Until)[] until) =>
        await _store.FindDueAsync(until.ToDictionary(u => u.Source, u => u.Until)).ToListAsync();

    [Fact]
    public async Task Who_expects_another_version_loses_and_changes_nothing()
    {
        var first = await _store.CommitAsync(_entity, null, Bytes("one"), "T", []);
        var lost = Block(0, "lost", 0);
        await Assert.ThrowsAsync<EntityConflictException>(async () =>
            await _store.CommitAsync(_entity, null, Bytes("x"), "T", [lost]));
        var second = await _store.CommitAsync(_entity, first, Bytes("two"), "T", []);
        await Assert.ThrowsAsync<EntityConflictException>(async () =>
            await _store.CommitAsync(_entity, first, Bytes("x"), "T", [lost]));
        await AssertStoredAsync(second, "two", "T");
        await Assert.ThrowsAsync<EntityConflictException>(async () =>
            await _store.CommitAsync(new(_entity.Kind, "absent" + _entity.Key), second, Bytes("x"), "T", []));
    }

    [Fact]
    public async Task The_version_grows_within_a_millisecond_and_when_the_row_is_ahead_of_the_clock()
    {
        var first = await _store.CommitAsync(_entity, null, Bytes("one"), "T", [Block(10, "old", 1)]);
        var second = await _store.CommitAsync(_entity, first, Bytes("two"), "T", [Block(10, "old", 1)]);
        Assert.Equal(first.Number + 1, second.Number);

        var behind = new HBaseEntityStore(_table, new FakeTimeProvider(_time.GetUtcNow() - TimeSpan.FromHours(1)));
        var third = await behind.CommitAsync(_entity, second, Bytes("three"), "T",
            [Block(10, "old", 1) with { Content = Bytes("new") }]);
        Assert.Equal(second.Number + 1, third.Number);
        await AssertStoredAsync(third, "three", "T");
        await AssertHistoryIsNewAsync();
    }

    [Fact]
    public async Task Every_cell_of_a_commit_carries_its_version_as_time_stamp()
    {
        var version = await _store.CommitAsync(_entity, null, Bytes("one"), "T",
            [Block(Now, "a", 1), Block(Now, "b", 1, HistoryKind.Alerts), Block(0, "c", 1)]);
        var rows = new List<Row>();
        await foreach (var row in _table.ScanAsync(Scan.Prefix(EntityRows.State(_entity)))) rows.Add(row);
        Assert.Equal([3, 1, 2], rows.Select(row => row.Cells.Count));
        Assert.All(rows.SelectMany(row => row.Cells), cell => Assert.Equal(version.Number, cell.Timestamp));
        Assert.Equal(Etag.Encode(version), rows[0].Value("s"u8, "e"u8)!.Value.ToArray());
    }

    [Fact]
    public async Task History_comes_in_order_and_only_of_the_range_and_kind()
    {
        const long hour = 3_600_000;
        var blocks = new[]
        {
            Block(3 * hour, "d", 0), Block(2 * hour, "b", 7), Block(2 * hour, "a", 9), Block(2 * hour, "a", 8),
            Block(2 * hour - 1, "z", 0), Block(-1, "y", 0), Block(2 * hour, "alert", 0, HistoryKind.Alerts),
        };
        await _store.CommitAsync(_entity, null, Bytes("s"), "T", blocks);

        Assert.Equal(
            ["-1 y 0", $"{2 * hour - 1} z 0", $"{2 * hour} a 8", $"{2 * hour} a 9",
             $"{2 * hour} b 7", $"{3 * hour} d 0"],
            await HistoryAsync(_entity));
        Assert.Equal([$"{2 * hour} alert 0"], await HistoryAsync(_entity, HistoryKind.Alerts));
        Assert.Equal([$"{2 * hour} a 8", $"{2 * hour} a 9", $"{2 * hour} b 7"],
            await HistoryAsync(_entity, HistoryKind.Events, 2 * hour, 3 * hour));
        Assert.Equal([$"{2 * hour - 1} z 0"], await HistoryAsync(_entity, HistoryKind.Events, 0, 2 * hour));
        Assert.Empty(await HistoryAsync(_entity, HistoryKind.Events, 2 * hour, 2 * hour));
        Assert.Empty(await HistoryAsync(_entity, HistoryKind.Events, 3 * hour, 2 * hour));
        Assert.Empty(await HistoryAsync(_entity, HistoryKind.Events, 4 * hour, long.MaxValue));
    }

    [Fact]
    public async Task A_block_that_is_written_again_is_there_once()
    {
        var block = Block(5, "a", 1) with { Content = Bytes("old") };
        var version = await _store.CommitAsync(_entity, null, Bytes("s"), "T", [block]);
        await _store.CommitAsync(_entity, version, Bytes("s"), "T", [block with { Content = Bytes("new") }]);
        await AssertHistoryIsNewAsync();
    }

    [Fact]
    public async Task Keys_that_begin_alike_are_different_entities()
    {
        string[] suffixes = ["", "\0", "\0\0\0\0\0\0\0\0\0", "\u0001", "\u0001\u0001", "a", "\uffff", "/", "a\0"];
        foreach (var suffix in suffixes)
            await _store.CommitAsync(new("k", _entity.Key + suffix), null, Bytes(suffix), "T", [Block(1, suffix, 1)]);
        foreach (var suffix in suffixes)
        {
            var entity = new EntityId("k", _entity.Key + suffix);
            Assert.Equal(suffix, Encoding.UTF8.GetString((await _store.ReadAsync(entity))!.State.Span));
            Assert.Equal([$"1 {suffix} 1"], await HistoryAsync(entity));
        }
    }

    [Fact]
    public async Task What_cannot_be_an_entity_is_refused_before_anything_is_sent()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _store.ReadAsync(new("/kind", "key")));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _store.ReadAsync(new("kind", "\uDC00")));
    }

    [Fact]
    public async Task Of_concurrent_commits_on_one_version_one_wins()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(IncrementAsync)));
        Assert.Equal("40", Encoding.UTF8.GetString((await _store.ReadAsync(_entity))!.State.Span));
    }

    private async Task IncrementAsync()
    {
        var left = 10;
        while (left > 0)
        {
            var read = await _store.ReadAsync(_entity);
            var count = read is null ? 0 : int.Parse(Encoding.UTF8.GetString(read.State.Span), null);
            try
            {
                await _store.CommitAsync(_entity, read?.Version, Bytes($"{count + 1}"), "T", []);
                left--;
            }
            catch (EntityConflictException)
            {
                // another one was faster
            }
        }
    }

    private async Task AssertHistoryIsNewAsync()
    {
        await foreach (var read in _store.ReadHistoryAsync(_entity, HistoryKind.Events, long.MinValue, long.MaxValue))
            Assert.Equal("new", Encoding.UTF8.GetString(read.Content.Span));
        Assert.Single(await HistoryAsync(_entity));
    }

    private async Task AssertStoredAsync(EntityVersion version, string state, string type)
    {
        var stored = await _store.ReadAsync(_entity);
        Assert.NotNull(stored);
        Assert.Equal((version, state, type),
            (stored.Version, Encoding.UTF8.GetString(stored.State.Span), stored.StateType));
    }

    private async Task<List<string>> HistoryAsync(
        EntityId entity, HistoryKind kind = HistoryKind.Events, long from = long.MinValue, long to = long.MaxValue)
    {
        var blocks = new List<string>();
        await foreach (var block in _store.ReadHistoryAsync(entity, kind, from, to))
            blocks.Add($"{block.FirstTime} {block.Source} {block.FirstOffset}");
        return blocks;
    }

    private static HistoryBlock Block(long time, string source, long offset, HistoryKind kind = HistoryKind.Events) =>
        new(kind, time, source, offset, Bytes("content"));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
