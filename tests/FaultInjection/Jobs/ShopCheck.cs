using System.Text;
using System.Text.Json;
using Checkpointing;
using Confluent.Kafka;
using Grains.Interfaces;
using Grains.Recommending;
using Load;
using Load.Recommendations;
using Load.Topics;
using Recommendations;
using Recommendations.Items;
using Recommendations.Visitors;

namespace FaultInjection.Jobs;

/// <summary>
/// Holds every visitor's and every item's row against an undisturbed run of the same states: one loop over the topic of interactions,
/// in this process.
/// </summary>
internal sealed class ShopCheck(Cluster cluster)
{
    private const int InFlight = 64;
    private const int Shown = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(14);

    private readonly Dictionary<string, VisitorState> _visitors = [];
    private readonly Dictionary<string, ItemState> _items = [];
    private int _told;

    public async Task<IReadOnlyDictionary<string, long>> RunAsync(CancellationToken cancellationToken)
    {
        // What a topic's records have caused is on its topic before they are committed.
        foreach (var topic in (string[])[Shop.InteractionsTopic, .. Shop.DerivedTopics]) await WaitAsync(topic, cancellationToken);
        var records = TopicReader.Read(cluster.Servers.Bootstrap, Shop.InteractionsTopic, Expect, cancellationToken);
        var letters = Shop.InteractionsTopic + DeadLetters.Suffix;
        return new Dictionary<string, long>
        {
            ["visitors"] = _visitors.Count,
            ["visitors_wrong"] = await CountAsync(_visitors, IsWrongAsync, cancellationToken),
            ["items"] = _items.Count,
            ["items_wrong"] = await CountAsync(_items, IsWrongAsync, cancellationToken),
            ["records"] = records,
            ["dead_letters"] = cluster.Admin.Exists(letters) ? TopicReader.Read(cluster.Servers.Bootstrap, letters, _ => { }, cancellationToken) : 0,
        };
    }

    private async Task WaitAsync(string topic, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit);
        if (!await cluster.Admin.WaitUntilReadAsync(Cluster.Group, topic, () => limit.IsCancellationRequested, cancellationToken))
            throw new BenchException($"{topic} is not read in {Limit.TotalSeconds} s");
    }

    private void Expect(ConsumeResult<byte[], byte[]> record)
    {
        using var json = JsonDocument.Parse(record.Message.Value);
        string Text(string name) => json.RootElement.GetProperty(name).GetString()!;
        var visitor = Encoding.UTF8.GetString(record.Message.Key);
        if (!_visitors.TryGetValue(visitor, out var state)) _visitors.Add(visitor, state = new(visitor));
        var interaction = new Interaction(
            Text("item"), Enum.Parse<InteractionKind>(Text("type"), ignoreCase: true), json.RootElement.GetProperty("ts").GetInt64(), Text("session"));
        foreach (var notice in state.Apply(interaction, record.Message.Timestamp.UnixTimestampMs, new()).Notices)
        {
            if (!_items.TryGetValue(notice.Item, out var item)) _items.Add(notice.Item, item = new(notice.Item));
            item.Apply(notice);
        }
    }

    private async Task<bool> IsWrongAsync(VisitorState expected)
    {
        var visitor = cluster.Access.Grains.GetGrain<IVisitorGrain>(expected.Visitor);
        await ShopJob.LoseAsync(cluster, visitor); // the row counts
        var found = await visitor.GetAsync();
        return !(found.Sessions.SequenceEqual(expected.Sessions.Select(session => session.ToString()))
            && found.Session.SequenceEqual(expected.Context().Items.Select(item => item.Item))
            && found.Recent.Select(item => (item.Item, item.Last.ToUnixTimeMilliseconds(), item.Count)).SequenceEqual(
                expected.Recent.Select(item => (item.Item, item.Last, item.Count)))
            && found.Purchases.Count == expected.Purchases.Count
            && found.Purchases.All(bought => expected.Purchases.GetValueOrDefault(bought.Key) == bought.Value.ToUnixTimeMilliseconds()));
    }

    private async Task<bool> IsWrongAsync(ItemState expected)
    {
        var item = cluster.Access.Grains.GetGrain<IItemSessions>(expected.Item);
        await ShopJob.LoseAsync(cluster, item);
        var (found, all) = ((await item.GetAsync()).Sessions, expected.Sessions());
        var isSame = found.Count == all.Count && Enumerable.Range(0, all.Count).All(i => found.Key(i) == all.Key(i) && found.Time(i) == all.Time(i));
        var now = all.Count == 0 ? 0 : all.Time(all.Count - 1);
        var (neighbours, others) = (all.Neighbours(now, HalfLife, int.MaxValue), found.Neighbours(now, HalfLife, int.MaxValue));
        return !(isSame && neighbours.Count == others.Count
            && neighbours.Zip(others).All(pair => pair.First.Item == pair.Second.Item && Math.Abs(pair.First.Score - pair.Second.Score) < 1e-9));
    }

    private async Task<long> CountAsync<T>(Dictionary<string, T> states, Func<T, Task<bool>> isWrongAsync, CancellationToken cancellationToken)
    {
        var wrong = 0L;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(states, parallel, async (state, _) =>
        {
            if (!await isWrongAsync(state.Value)) return;
            Interlocked.Increment(ref wrong);
            if (Interlocked.Increment(ref _told) <= Shown) await Console.Error.WriteLineAsync($"wrong: {state.Key}");
        });
        return wrong;
    }
}
