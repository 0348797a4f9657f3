using global::Rules.Alerts;
using global::Rules.Engine;
using Grains.Interfaces;

namespace Client.Backtesting;

/// <summary>One entity's events through the rules. The partition's time is not in the history: the entity's own stands for it.</summary>
internal sealed class EntityRun
{
    private readonly string _entity;
    private readonly RuleProgram _program;
    private readonly EventReader _reader;
    private readonly EntityRules _rules;
    private readonly Evaluation _at;
    private readonly List<AlertChange> _changes = [];
    private readonly Dictionary<long, int> _open = [];
    private readonly FiredAlerts _fired;

    public EntityRun(string entity, RuleProgram program, EventReader reader)
    {
        (_entity, _program, _reader) = (entity, program, reader);
        _rules = new EntityRules(program);
        _at = program.NewEvaluation();
        _at.Entity = entity;
        _fired = new FiredAlerts(entity);
    }

    public long Events { get; private set; }

    /// <summary>How many values were of another type than their field.</summary>
    public long Mismatched { get; private set; }

    public DateTimeOffset FirstTime { get; private set; } = DateTimeOffset.MaxValue;

    public DateTimeOffset LastTime { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>The alerts that would have fired, in the order in which they would have.</summary>
    public List<BacktestAlert> Would { get; } = [];

    /// <summary>The alerts that did fire.</summary>
    public IReadOnlyList<BacktestAlert> Did => _fired.Alerts;

    /// <summary>Takes in an entry of the history, all events before all alert changes.</summary>
    public void Add(HistoryEvent entry)
    {
        if (entry.IsAlert)
        {
            _fired.Add(entry);
            return;
        }

        var time = entry.Time.ToUnixTimeMilliseconds();
        var e = _reader.Read(entry.Json, time, out var mismatched);
        Events++;
        Mismatched += mismatched;
        if (entry.Time < FirstTime) FirstTime = entry.Time;
        if (entry.Time > LastTime) LastTime = entry.Time;
        _rules.Observe(e, new EventStamp(0, time), _at, _changes);
        Take();
    }

    /// <summary>Lets time pass to the end of the range.</summary>
    public void End(DateTimeOffset end)
    {
        var time = end.ToUnixTimeMilliseconds();
        _rules.Advance(time + _program.Lateness, time, _at, _changes);
        Take();
    }

    private void Take()
    {
        foreach (var change in _changes)
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds(change.Time);
            if (change.Phase == AlertPhase.Firing)
            {
                _open[change.Number] = Would.Count;
                Would.Add(new(
                    AlertOrigin.Backtest, change.Rule, _entity, time, null, double.IsNaN(change.Value) ? null : change.Value,
                    change.Labels, change.Message));
            }
            else if (change.Phase == AlertPhase.Resolved && _open.Remove(change.Number, out var index))
            {
                Would[index] = Would[index] with { ResolvedAt = time };
            }
        }

        _changes.Clear();
    }
}
