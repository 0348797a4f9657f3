namespace Client.Backtesting;

/// <summary>What a backtest has come to so far.</summary>
/// <param name="end">The end of the range: until then lasts an alert that has not resolved.</param>
internal sealed class BacktestResult(IEnumerable<string> rules, DateTimeOffset? begin, DateTimeOffset end)
{
    private readonly List<RuleResult> _rules = [.. rules.Select(rule => new RuleResult(rule))];
    private DateTimeOffset _first = DateTimeOffset.MaxValue;
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>How many entities were looked at.</summary>
    public long Entities { get; private set; }

    public long Events { get; private set; }

    public long Mismatched { get; private set; }

    /// <summary>How many alerts would have fired or did.</summary>
    public long Alerts { get; private set; }

    /// <summary>The rules of the file in its order, then others that did fire.</summary>
    public IReadOnlyList<RuleResult> Rules => _rules;

    /// <summary>The begin of the range; where it has none, of the events.</summary>
    public DateTimeOffset Begin => begin ?? (Events > 0 ? _first : end);

    /// <summary>The last time that something happened.</summary>
    public DateTimeOffset Last => Events > 0 ? _last : end;

    public void Add(EntityRun run)
    {
        Entities++;
        Events += run.Events;
        Mismatched += run.Mismatched;
        Alerts += run.Would.Count + run.Did.Count;
        if (run.FirstTime < _first) _first = run.FirstTime;
        if (run.LastTime > _last) _last = run.LastTime;
        foreach (var alerts in run.Would.Concat(run.Did).GroupBy(alert => (alert.Rule, alert.Origin)))
        {
            var rule = _rules.Find(r => r.Rule == alerts.Key.Rule);
            if (rule is null) _rules.Add(rule = new RuleResult(alerts.Key.Rule));
            (alerts.Key.Origin == AlertOrigin.Backtest ? rule.Would : rule.Did).Add(alerts, end);
            foreach (var alert in alerts)
                if (alert.FiredAt > _last)
                    _last = alert.FiredAt;
        }
    }
}

/// <summary>What one rule would have done and did.</summary>
internal sealed class RuleResult(string rule)
{
    public string Rule => rule;

    public AlertTally Would { get; } = new();

    public AlertTally Did { get; } = new();
}

/// <summary>Alerts counted.</summary>
internal sealed class AlertTally
{
    private readonly List<TimeSpan> _durations = [];

    /// <summary>When they fired, in no order.</summary>
    public List<DateTimeOffset> FiredAt { get; } = [];

    public int Alerts => FiredAt.Count;

    /// <summary>How many entities had one.</summary>
    public int Entities { get; private set; }

    public TimeSpan Median => _durations.Count == 0 ? default : _durations.Order().ElementAt((_durations.Count - 1) / 2);

    public TimeSpan Longest => _durations.DefaultIfEmpty().Max();

    /// <summary>The alerts of one more entity.</summary>
    public void Add(IEnumerable<BacktestAlert> alerts, DateTimeOffset end)
    {
        Entities++;
        foreach (var alert in alerts)
        {
            FiredAt.Add(alert.FiredAt);
            _durations.Add((alert.ResolvedAt ?? end) - alert.FiredAt);
        }
    }

    /// <summary>How many fired in each of so many equal parts of a time.</summary>
    public int[] Buckets(DateTimeOffset begin, DateTimeOffset end, int count)
    {
        var buckets = new int[count];
        var length = Math.Max(1, (end - begin).Ticks);
        foreach (var time in FiredAt)
            buckets[(int)Math.Clamp((double)(time - begin).Ticks / length * count, 0, count - 1)]++;
        return buckets;
    }
}
