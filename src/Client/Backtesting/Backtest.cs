using Client.Commands;
using global::Rules.Engine;
using Grains.Interfaces;

namespace Client.Backtesting;

/// <summary>Runs rules over the stored history of the entities of a kind.</summary>
/// <param name="from">Null: from the beginning.</param>
internal sealed class Backtest(
    EntityClient client, RuleProgram program, EventReader reader, EntityQuery entities, DateTimeOffset? from, DateTimeOffset to)
{
    /// <summary>So many entities are read at once.</summary>
    private const int Parallelism = 8;

    /// <summary>So often is an entity begun anew when its reading breaks off.</summary>
    private const int Attempts = 3;

    /// <summary>So many alerts, and what is remembered of them, a run may have.</summary>
    private const int MaxAlerts = 1_000_000;

    private readonly Lock _lock = new();

    /// <summary>Runs to the end.</summary>
    /// <param name="each">Called after each entity, one at a time: its run, and the result so far.</param>
    /// <exception cref="InvalidOperationException">There are too many alerts.</exception>
    public async Task<BacktestResult> RunAsync(Action<EntityRun, BacktestResult> each, CancellationToken cancellationToken)
    {
        var result = new BacktestResult(program.Rules.Select(rule => rule.Name), from, to);
        await Parallel.ForEachAsync(
            client.FindEntitiesAsync(entities, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (key, token) =>
            {
                var run = await RunAsync(key, token);
                lock (_lock)
                {
                    result.Add(run);
                    ThrowIfTooMany(result.Alerts);
                    each(run, result);
                }
            });
        return result;
    }

    private async Task<EntityRun> RunAsync(string key, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadAsync(key, cancellationToken);
            }
            catch (Exception e) when (attempt < Attempts && TransientErrors.IsTransient(e))
            {
                // Half an entity counts for nothing: it is read from its beginning again.
            }
        }
    }

    private async Task<EntityRun> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var run = new EntityRun(key, program, reader);
        await foreach (var entry in client.HistoryAsync(entities.Kind, key, from, to, cancellationToken))
        {
            run.Add(entry);
            ThrowIfTooMany(run.Would.Count + run.Did.Count);
        }

        run.End(to);
        return run;
    }

    private static void ThrowIfTooMany(long alerts)
    {
        if (alerts > MaxAlerts)
            throw new InvalidOperationException($"There are more than {MaxAlerts:N0} alerts: narrow the range with --from and --to, or the entities with --entity.");
    }
}
