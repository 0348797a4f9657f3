using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Grains.Alerts;

/// <summary>Tells of rules in C# that throw: each is counted, and of a rule one a minute is logged.</summary>
internal sealed partial class RuleFailures : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Meter _meter = new("Granary.Rules");
    private readonly ConcurrentDictionary<(string Kind, string Rule), long> _logged = [];
    private readonly Counter<long> _failed;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    public RuleFailures(ILogger<RuleFailures> logger, TimeProvider time)
    {
        (_logger, _time) = (logger, time);
        _failed = _meter.CreateCounter<long>("rules.failed", "{event}", "Events at which a rule in C# has thrown.");
    }

    /// <param name="place">Topic, partition and offset of the event.</param>
    public void Tell(string kind, string entity, string rule, string place, Exception error)
    {
        _failed.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("rule", rule));
        var now = _time.GetTimestamp();
        var last = _logged.GetOrAdd((kind, rule), now);
        if (last != now && (_time.GetElapsedTime(last, now) < Pause || !_logged.TryUpdate((kind, rule), now, last))) return;
        LogFailed(_logger, error, kind, rule, entity, place);
    }

    public void Dispose() => _meter.Dispose();

    [LoggerMessage(LogLevel.Error, "Rule {Rule} of kind {Kind} has thrown for {Entity} at {Place}; its verdict is not known. Told of once a minute.")]
    private static partial void LogFailed(ILogger logger, Exception error, string kind, string rule, string entity, string place);
}
