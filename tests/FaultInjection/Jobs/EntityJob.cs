using Grains.Entities;
using Load.Processes;
using Load.Verification;

namespace FaultInjection.Jobs;

/// <summary>The entity-alerts job: a sensor's statistics and its alert, or rules with windows, patterns and timers.</summary>
/// <param name="rules">Where rules are, in place of the job's; null: those.</param>
internal sealed class EntityJob(string? rules) : IJob
{
    private const int Losses = 400;

    /// <summary>Where rules are; null: the job's own.</summary>
    public string? Rules => rules;

    public string Topic => "events";

    public IReadOnlyList<string> Topics => [Topic, "alerts"];

    // Partitions are never idle, for then the undisturbed run would have to know when they were.
    public IReadOnlyList<string> SiloSettings => rules is null
        ? []
        : [$"--Rules:Path={rules}", "--Kinds:entity:AlertFormat=Full", "--Kafka:IdleAfter=1.00:00:00"];

    public IReadOnlyList<string> MustBeZero => ["wrong", "missing", "alerts_missing", "alerts_wrong"];

    public ILoad StartLoad(Cluster cluster, Scratch scratch) => new EntityLoad(cluster, scratch);

    public async Task<string?> LoseActivationsAsync(Cluster cluster, Random random, CancellationToken cancellationToken)
    {
        var keys = Enumerable.Range(0, Losses).Select(_ => $"e{random.Next(cluster.Plan.Entities)}").Distinct().ToList();
        var lost = await Task.WhenAll(keys.Select(key => LoseAsync(cluster, key, cancellationToken)));
        var count = lost.Count(was => was);
        return count > 0 ? $"{count} of {keys.Count} activations had more in memory than in their row" : null;
    }

    public Task<IReadOnlyDictionary<string, long>> VerifyAsync(Cluster cluster, CancellationToken cancellationToken) => VerifyCommand.VerifyAsync(
        new()
        {
            Bootstrap = cluster.Servers.Bootstrap,
            Masters = cluster.Servers.Masters,
            Group = Cluster.Group,
            Gateways = cluster.Gateways,
            Rules = rules,
        },
        cancellationToken);

    // Whether the next activation, which reads the row, knows less than the one before knew.
    private static async Task<bool> LoseAsync(Cluster cluster, string key, CancellationToken cancellationToken)
    {
        var before = await cluster.Access.Entities.GetAsync("entity", key, cancellationToken);
        await cluster.Access.Grains.GetGrain<IEventTarget>(GrainId.Create("entity", $"entity/{key}")).ForgetAsync();
        var after = await cluster.Access.Entities.GetAsync("entity", key, cancellationToken);
        return after.Count < before.Count;
    }
}
