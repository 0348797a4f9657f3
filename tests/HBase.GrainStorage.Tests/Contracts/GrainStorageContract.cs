using System.Text.Json;
using HBase.GrainStorage.Rows;
using HBase.GrainStorage.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace HBase.GrainStorage.Tests.Contracts;

/// <summary>What Orleans' grains rely on in a grain storage provider.</summary>
public abstract class GrainStorageContract(HBaseFixture hbase) : IAsyncLifetime
{
    private const string Name = "state";
    private readonly GrainId _grain = GrainId.Create("cart", Guid.NewGuid().ToString("N"));
    private ScriptedTable _table = null!;
    private HBaseGrainStorage _storage = null!;

    public async ValueTask InitializeAsync()
    {
        hbase.Require();
        _table = new(await hbase.StateTableAsync());
        var options = new HBaseGrainStorageOptions
        {
            TableName = _table.Name,
            GrainStorageSerializer = new Serializer(),
        };
        var activators = new ServiceCollection().AddSerializer().BuildServiceProvider()
            .GetRequiredService<IActivatorProvider>();
        _storage = new("test", options, new ScriptedHBase(hbase.HBase, _table),
            HBaseFixture.Tables(), activators, TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_state_that_does_not_exist_is_read_as_a_new_one()
    {
        var state = new GrainState<Cart> { State = null!, ETag = "x", RecordExists = true };
        await _storage.ReadStateAsync(Name, _grain, state);
        Assert.NotNull(state.State);
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task What_was_written_is_read_with_the_same_etag()
    {
        var written = await WriteAsync(new Cart { Items = 3 });
        Assert.True(written.RecordExists);
        var read = await ReadAsync();
        Assert.Equal((3, written.ETag, true), (read.State!.Items, read.ETag, read.RecordExists));
    }

    [Fact]
    public async Task Each_write_changes_the_etag_also_with_the_same_value()
    {
        var state = await WriteAsync(new Cart { Items = 3 });
        var first = state.ETag;
        await _storage.WriteStateAsync(Name, _grain, state);
        Assert.NotEqual(first, state.ETag);
        Assert.Equal(state.ETag, (await ReadAsync()).ETag);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not an etag")]
    [InlineData("010203040506070800112233445566778899aabbccddeeff")]
    public async Task A_write_or_clear_with_another_etag_fails_and_changes_nothing(string? etag)
    {
        var written = await WriteAsync(new Cart { Items = 3 });
        var stale = new GrainState<Cart> { State = new() { Items = 9 }, ETag = etag, RecordExists = true };
        var exception = await Assert.ThrowsAsync<InconsistentStateException>(() =>
            _storage.WriteStateAsync(Name, _grain, stale));
        Assert.Equal((written.ETag, etag), (exception.StoredEtag, exception.CurrentEtag));
        exception = await Assert.ThrowsAsync<InconsistentStateException>(() =>
            _storage.ClearStateAsync(Name, _grain, stale));
        Assert.Equal((written.ETag, etag), (exception.StoredEtag, exception.CurrentEtag));
        Assert.Equal((etag, 9, true), (stale.ETag, stale.State!.Items, stale.RecordExists));
        Assert.Equal((3, written.ETag), ((await ReadAsync()).State!.Items, (await ReadAsync()).ETag));
    }

    [Fact]
    public async Task A_write_with_an_etag_fails_when_nothing_is_stored()
    {
        var state = new GrainState<Cart> { State = new(), ETag = "010203040506070800112233445566778899aabbccddeeff" };
        var exception = await Assert.ThrowsAsync<InconsistentStateException>(() =>
            _storage.WriteStateAsync(Name, _grain, state));
        Assert.Null(exception.StoredEtag);
    }

    [Fact]
    public async Task A_clear_before_any_write_succeeds_and_leaves_nothing_behind()
    {
        var state = await ReadAsync();
        await _storage.ClearStateAsync(Name, _grain, state);
        Assert.NotNull(state.State);
        Assert.False(state.RecordExists);
        Assert.Null(await _table.GetAsync(new Get(HBaseGrainStorage.Row(Name, _grain))));
        await _storage.WriteStateAsync(Name, _grain, state);
    }

    [Fact]
    public async Task After_a_clear_there_is_a_new_state_and_the_next_write_works()
    {
        var state = await WriteAsync(new Cart { Items = 3 });
        var before = state.ETag;
        await _storage.ClearStateAsync(Name, _grain, state);
        Assert.Equal((0, false), (state.State!.Items, state.RecordExists));
        Assert.NotEqual(before, state.ETag);

        var read = await ReadAsync();
        Assert.Equal((0, false, state.ETag), (read.State!.Items, read.RecordExists, read.ETag));
        await _storage.ClearStateAsync(Name, _grain, state); // again
        state.State!.Items = 4;
        await _storage.WriteStateAsync(Name, _grain, state);
        Assert.Equal((4, true), ((await ReadAsync()).State!.Items, state.RecordExists));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync(Name, _grain, read));
    }

    [Fact]
    public async Task Names_and_grains_are_independent_and_never_mixed_up()
    {
        (string State, GrainId Grain)[] records =
        [
            ("a", GrainId.Create("cart", "1" + _grain.Key)), ("b", GrainId.Create("cart", "1" + _grain.Key)),
            ("b/a", GrainId.Create("cart", "1" + _grain.Key)), ("a", GrainId.Create("cart/b", "1" + _grain.Key)),
            ("a", GrainId.Create("cart%2Fb", "1" + _grain.Key)), ("a", GrainId.Create("cart", "11" + _grain.Key)),
        ];
        for (var i = 0; i < records.Length; i++)
            await _storage.WriteStateAsync(records[i].State, records[i].Grain, new GrainState<int> { State = i });
        for (var i = 0; i < records.Length; i++)
        {
            var state = new GrainState<int>();
            await _storage.ReadStateAsync(records[i].State, records[i].Grain, state);
            Assert.Equal(i, state.State);
        }
    }

    [Fact]
    public async Task An_unknown_outcome_is_read_back()
    {
        var state = await WriteAsync(new Cart { Items = 1 });
        state.State!.Items = 2;
        _table.Faults.Enqueue(Fault.LostAfter);
        await _storage.WriteStateAsync(Name, _grain, state);
        Assert.Equal((2, state.ETag), ((await ReadAsync()).State!.Items, (await ReadAsync()).ETag));

        var before = state.ETag;
        _table.Faults.Enqueue(Fault.LostBefore);
        await Assert.ThrowsAsync<HBaseStorageException>(() => _storage.WriteStateAsync(Name, _grain, state));
        Assert.Equal(before, state.ETag);
        await _storage.WriteStateAsync(Name, _grain, state);

        _table.Faults.Enqueue(Fault.LostAfter);
        await _storage.ClearStateAsync(Name, _grain, state);
        Assert.False((await ReadAsync()).RecordExists);
    }

    [Fact]
    public async Task A_row_ahead_of_the_clock_is_still_overwritten()
    {
        var ahead = new EntityVersion(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), Guid.NewGuid());
        var rows = new StateRows(_table, TimeProvider.System);
        await rows.WriteAsync(HBaseGrainStorage.Row(Name, _grain), null, ahead, """{"Items":1}"""u8.ToArray(),
            "T", null, [], default);
        var state = await ReadAsync();
        state.State!.Items++;
        await _storage.WriteStateAsync(Name, _grain, state);
        Assert.Equal((2, state.ETag), ((await ReadAsync()).State!.Items, (await ReadAsync()).ETag));
    }

    [Fact]
    public async Task Errors_are_the_providers_own_and_name_the_grain()
    {
        _table.FailingReads = 1;
        var exception = await Assert.ThrowsAsync<HBaseStorageException>(() => ReadAsync());
        Assert.IsType<HBaseUnavailableException>(exception.InnerException);
        Assert.Contains(_grain.ToString(), exception.Message, StringComparison.Ordinal);
    }

    private async Task<GrainState<Cart>> ReadAsync()
    {
        var state = new GrainState<Cart>();
        await _storage.ReadStateAsync(Name, _grain, state);
        return state;
    }

    private async Task<GrainState<Cart>> WriteAsync(Cart cart)
    {
        var state = new GrainState<Cart> { State = cart };
        await _storage.WriteStateAsync(Name, _grain, state);
        return state;
    }

    internal sealed class Cart
    {
        public int Items { get; set; }
    }

    private sealed class Serializer : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input)!;
    }
}
