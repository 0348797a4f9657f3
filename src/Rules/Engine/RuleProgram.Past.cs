using Rules.Language;

namespace Rules.Engine;

/// <summary>How much of the past a program would have to know.</summary>
public sealed partial class RuleProgram
{
    /// <summary>How far sessions, the last n values, absences and anomalies look back, which have no bound of their own: 7 days, ms.</summary>
    public const long UnboundedLookBack = 7L * 24 * 3_600_000;

    /// <summary>How far what these rules keep and the former did not looks back, ms; 0: nothing is new.</summary>
    public long LookBack(RuleProgram former) => Scopes
        .SelectMany(scope => NewIn(scope, former.Scopes.FirstOrDefault(other => other.Name == scope.Name)))
        .DefaultIfEmpty().Max();

    private static IEnumerable<long> NewIn(RuleScope scope, RuleScope? before) =>
    [
        .. scope.Series.Where(series => before?.HasSeries(series.Id) != true).Select(series => Of(series.Spec.Window)),
        .. scope.Patterns.Where(pattern => before?.HasPattern(pattern.Id) != true).Select(pattern => pattern.Spec.Within),
        .. scope.Anomalies.Where(anomaly => before?.HasAnomaly(anomaly.Id) != true).Select(_ => UnboundedLookBack),
        .. scope.Seen.Where(seen => before?.HasSeen(seen.Id) != true).Select(_ => UnboundedLookBack),
    ];

    // Two sizes: a complete window ends before now, and a sliding one has one more pane.
    private static long Of(WindowSpec window) => window.Shape is WindowShape.Sliding or WindowShape.Tumbling or WindowShape.Hopping
        ? window.Offset + (2 * window.Size)
        : UnboundedLookBack;
}
