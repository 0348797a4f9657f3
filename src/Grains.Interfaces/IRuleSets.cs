using Orleans.Concurrency;

namespace Grains.Interfaces;

/// <summary>The rules of the cluster, version by version. Any key; every silo answers.</summary>
[Alias("granary.IRuleSets")]
public interface IRuleSets : IGrainWithIntegerKey
{
    /// <summary>
    /// Makes rules the newest version, durable on return. Within seconds every silo has them; in each partition they judge the records
    /// from one offset on, also when records are read again.
    /// </summary>
    /// <returns>The version's number; the present one's if its rules are the same.</returns>
    /// <exception cref="CommandRefusedException">Something is wrong with them; all of it, each with its place, and nothing has changed.</exception>
    [Alias("Apply")]
    [AlwaysInterleave]
    ValueTask<long> ApplyAsync(RuleSet rules);

    /// <summary>The last versions, newest first, at most so many (1 to 1,000).</summary>
    [Alias("List")]
    [AlwaysInterleave]
    ValueTask<IReadOnlyList<RuleSetVersion>> ListAsync(int count);
}

/// <summary>All rules of all kinds.</summary>
/// <param name="Files">The texts of the rule files by their names.</param>
/// <param name="Who">Who applies them.</param>
[GenerateSerializer, Immutable, Alias("granary.RuleSet")]
public sealed record RuleSet([property: Id(0)] IReadOnlyDictionary<string, string> Files, [property: Id(1)] string Who);

/// <summary>A version that was applied.</summary>
/// <param name="Files">The names of its files.</param>
[GenerateSerializer, Immutable, Alias("granary.RuleSetVersion")]
public sealed record RuleSetVersion(
    [property: Id(0)] long Number, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Who, [property: Id(3)] IReadOnlyList<string> Files);
