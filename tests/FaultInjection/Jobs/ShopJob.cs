using Grains.Entities;
using Grains.Interfaces;
using Load.Processes;
using Load.Recommendations;

namespace FaultInjection.Jobs;

/// <summary>Recommendations: visitors of a shop tell their sessions' items of them.</summary>
internal sealed class ShopJob : IJob
{
    private const int Losses = 200;

    public string Topic => Shop.InteractionsTopic;

    public IReadOnlyList<string> Topics => ["events", "alerts", Topic, Shop.CatalogueTopic, .. Shop.DerivedTopics];

    public IReadOnlyList<string> SiloSettings => ["--Recommendations:Enabled=true"];

    public IReadOnlyList<string> MustBeZero => ["visitors_wrong", "items_wrong", "dead_letters"];

    public ILoad StartLoad(Cluster cluster, Scratch scratch) => new ShopLoad(cluster);

    public async Task<string?> LoseActivationsAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var lost = await Task.WhenAll(Enumerable.Range(0, Losses).Select(async _ =>
        {
            await LoseAsync(cluster, cluster.Access.Grains.GetGrain<IItemGrain>(Shop.Item(random.Next(cluster.Plan.Entities))));
            var visitor = cluster.Access.Grains.GetGrain<IVisitorGrain>(Shop.Visitor(random.Next(cluster.Plan.Entities)));
            var before = await visitor.GetAsync();
            await LoseAsync(cluster, visitor);
            var after = await visitor.GetAsync();
            return after.Recent.Sum(item => item.Count) < before.Recent.Sum(item => item.Count);
        }));
        var count = lost.Count(was => was);
        return count > 0 ? $"{count} of {Losses} visitors had more in memory than in their row" : null;
    }

    public Task<IReadOnlyDictionary<string, long>> VerifyAsync(Cluster cluster, CancellationToken cancellationToken) =>
        new ShopCheck(cluster).RunAsync(cancellationToken);

    /// <summary>The next activation reads the row.</summary>
    public static ValueTask LoseAsync(Cluster cluster, IAddressable entity) =>
        cluster.Access.Grains.GetGrain<IEventTarget>(entity.GetGrainId()).ForgetAsync();
}
