using System.Text.RegularExpressions;
using Load.Processes;

namespace FaultInjection;

/// <summary>
/// What shows that a fault has made work be done again. One of these is enough: a partition went to another silo; commits of a
/// partition stalled and went on; a silo's counter of redeliveries, retries, conflicts or failures has grown; a silo has warned on
/// its console; or the fault has seen it itself. Without any, or if there was nothing to commit when the fault came, the fault
/// does not count.
/// </summary>
internal sealed partial class Evidence
{
    private static readonly string[] Telling =
        ["redeliver", "retr", "conflict", "unknown", "relocat", "fail", "refused", "restart"];

    private readonly Dictionary<SiloProcess, IReadOnlyDictionary<string, double>> _counters = [];
    private readonly Dictionary<SiloProcess, int> _warnings = [];
    private IReadOnlyList<IReadOnlySet<int>>? _owners;

    public static async Task<Evidence> BeforeAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var evidence = new Evidence { _owners = await cluster.OwnersAsync(cancellationToken) };
        foreach (var silo in cluster.Silos.Values)
        {
            evidence._counters[silo] = await silo.MetricsAsync(cancellationToken);
            evidence._warnings[silo] = Warnings(silo);
        }

        return evidence;
    }

    /// <summary>What is to be seen since; empty: nothing.</summary>
    public async Task<IReadOnlyList<string>> SinceAsync(
        Cluster cluster, TimeSpan stall, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        if (stall > TimeSpan.Zero) seen.Add($"commits stalled {stall.TotalSeconds:F1} s");
        var owners = await cluster.OwnersAsync(cancellationToken) ?? [];
        var moved = owners.Zip(_owners ?? [], (now, then) => now.SetEquals(then)).Count(same => !same);
        if (moved > 0) seen.Add($"{moved} partitions reassigned");
        foreach (var (slot, silo) in cluster.Silos)
        {
            foreach (var (name, value) in await silo.MetricsAsync(cancellationToken))
            {
                var grown = value - _counters.GetValueOrDefault(silo)?.GetValueOrDefault(name) ?? value;
                if (grown > 0 && IsTelling(name)) seen.Add($"silo {slot} {name} +{grown:F0}");
            }

            var warnings = Warnings(silo) - _warnings.GetValueOrDefault(silo);
            if (warnings > 0) seen.Add($"silo {slot} warned {warnings} times");
        }

        return seen;
    }

    private static bool IsTelling(string name) =>
        (name.StartsWith("kafka_", StringComparison.Ordinal) || name.StartsWith("hbase_", StringComparison.Ordinal)
            || name.StartsWith("granary_", StringComparison.Ordinal))
        && Telling.Any(word => name.Contains(word, StringComparison.Ordinal))
        && !name.EndsWith("_bucket", StringComparison.Ordinal);

    // Orleans warns of a slow machine, which shows nothing.
    private static int Warnings(SiloProcess silo) => File.Exists(silo.Process.Log)
        ? File.ReadLines(silo.Process.Log).Count(line => Warning().IsMatch(line))
        : 0;

    [GeneratedRegex(@"(warn|fail|crit): (Kafka|HBase|Grains)\.", RegexOptions.CultureInvariant)]
    private static partial Regex Warning();
}
