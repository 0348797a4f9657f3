using System.Collections.Concurrent;
using Checkpointing;
using Microsoft.Extensions.DependencyInjection;
using static Kafka.Streaming.Tests.StreamContract;

namespace Kafka.Streaming.Tests;

/// <summary>Which version records are of: the same whenever they are read.</summary>
public sealed class VersionTests : IAsyncLifetime
{
    private readonly string _topic = $"topic-{Guid.NewGuid():N}";
    private readonly Versions _versions = new();
    private TestBroker _broker = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = new EmbeddedBroker();
        await _broker.CreateTopicAsync(_topic, 1);
    }

    public async ValueTask DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task A_version_starts_at_one_record_and_does_so_again_when_the_records_are_read_again()
    {
        var script = new LaneScript { Behaviour = _ => Reply.Hold };
        await using (var first = await StartAsync(script))
        {
            for (var round = 1; round <= 4; round++)
            {
                _versions.Newest = round * 10;
                var count = round * 50;
                await _broker.ProduceAsync(_topic, 0, Numbered(count - 50, 50));
                await script.When(() => script.Taken.Count == count);
            }
        }

        var seen = VersionsOf(script);
        Assert.Equal(Enumerable.Range(0, 200).Select(offset => ((long)offset, ((offset / 50) + 1) * 10L)), seen);
        var again = new LaneScript();
        await using var second = await StartAsync(again);
        await again.When(() => again.Taken.Count == 200);
        Assert.Equal(seen, VersionsOf(again));
    }

    [Fact]
    public async Task Records_wait_until_it_is_stored_where_their_version_starts()
    {
        var script = new LaneScript();
        await using var silos = await StartAsync(script);
        await _broker.ProduceAsync(_topic, 0, Numbered(0, 50));
        await script.When(() => script.Taken.Count == 50);

        var refusal = _versions.Refuse = new TaskCompletionSource();
        _versions.Newest = 2;
        await _broker.ProduceAsync(_topic, 0, Numbered(50, 50));
        await _versions.Asked.Task;
        await _broker.ProduceAsync(_topic, 0, Numbered(100, 50));
        Assert.Equal(50, script.Taken.Count);

        _versions.Refuse = null;
        refusal.SetException(new EntityStoreException("the store is away"));
        await script.When(() => script.Taken.Count == 150);
        Assert.Equal(Enumerable.Range(0, 150).Select(offset => ((long)offset, offset < 50 ? 1L : 2L)), VersionsOf(script));
        await _broker.WhenCommittedAsync(_topic, 0, 150);
    }

    [Fact]
    public async Task A_start_that_another_reader_has_stored_counts()
    {
        var script = new LaneScript { Behaviour = _ => Reply.Hold };
        await using var silos = await StartAsync(script);
        await _broker.ProduceAsync(_topic, 0, Numbered(0, 50));
        await script.When(() => script.Taken.Count == 50);

        _versions.Starts[(2, silos.Health.Partitions[0].Topic)] = 70;
        _versions.Newest = 2;
        await _broker.ProduceAsync(_topic, 0, Numbered(50, 50));
        await script.When(() => script.Taken.Any(entry => entry.Record.Offset == 99));
        Assert.All(VersionsOf(script), entry => Assert.Equal(entry.Offset < 70 ? 1 : 2, entry.Version));
    }

    private Task<TestSilos> StartAsync(LaneScript script) => TestSilos.StartAsync(
        _broker, _topic, script, options => options.Topics[0].IsVersioned = true, services: services => services.AddSingleton<IRecordVersions>(_versions));

    private static List<(long Offset, long Version)> VersionsOf(LaneScript script) =>
        [.. script.Windows.SelectMany(entry => entry.Window.Records.Select(record => (record.Offset, entry.Window.Versions.Of(record.Offset)))).Distinct().Order()];

    /// <summary>Versions in memory, kept over restarts of silos.</summary>
    private sealed class Versions : IRecordVersions
    {
        public long Newest { get; set; } = 1;

        /// <summary>When set, starts are stored no sooner than this completes, and fail with it.</summary>
        public TaskCompletionSource? Refuse { get; set; }

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentDictionary<(long Version, string Topic), long> Starts { get; } = new();

        public Task<VersionStarts> ReadAsync(string source, long from, CancellationToken cancellationToken) => Task.FromResult(
            new VersionStarts(Starts.Select(start => new VersionStart(start.Key.Version, start.Value)).OrderBy(start => start.Version)).From(from));

        public async Task<bool> TryStartAsync(string source, VersionStart start, CancellationToken cancellationToken)
        {
            if (Refuse is { } refuse)
            {
                Asked.TrySetResult();
                await refuse.Task;
            }
            return Starts.GetOrAdd((start.Version, source[..source.IndexOf('/', StringComparison.Ordinal)]), start.Offset) == start.Offset;
        }
    }
}
