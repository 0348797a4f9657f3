using System.Collections.Immutable;
using Rules.Aggregates;
using Rules.Language;
using Rules.Patterns;

namespace Rules.Engine;

/// <summary>
/// The rules of a kind that share their grouping and their clock, and so the windows of a group. Immutable.
/// </summary>
internal sealed class RuleScope
{
    /// <summary>The most groups of an entity: then the one that was longest without an event and has no alert goes.</summary>
    public const int MaxGroups = 256;

    /// <param name="lateness">How long an event of a source partition may come after later ones, ms.</param>
    public RuleScope(ImmutableArray<RuleField> by, bool isWallClock, IEnumerable<RuleDefinition> rules, long lateness)
    {
        By = by;
        IsWallClock = isWallClock;
        Name = (isWallClock ? "wall" : "event") + string.Concat(by.Select(field => $",{field.Name}"));
        var slots = new ScopeSlots();
        var compiler = new ExpressionCompiler(slots);
        Rules = [.. rules.Select((rule, slot) => new CompiledRule(rule, slot, compiler, slots))];

        // After the rules: whatever they ask for has its slot now. Nothing here asks for a further one.
        Series = [.. slots.Aggregates.Select(spec => new CompiledSeries(spec, compiler, isWallClock ? 0 : lateness))];
        Patterns = [.. slots.Patterns.Select(spec => new CompiledPattern(spec, compiler))];
        Anomalies = [.. slots.Anomalies.Select(argument => new CompiledAnomaly(argument, compiler))];
        Seen = [.. slots.SeenFilters.Select(filter => new CompiledSeen(filter, compiler))];
        Code = [.. slots.Code];
        KeptIds =
        [
            .. Series.Select(series => series.Id), .. Patterns.Select(pattern => pattern.Id),
            .. Anomalies.Select(anomaly => anomaly.Id), .. Code.Select(code => code.Id),
        ];
        HasTimers = Rules.Any(rule => rule.HasTimers);
        Entered = [.. Rules.Where(rule => rule.HasTimers).SelectMany(rule => rule.Aggregates).Distinct().Where(slot => Series[slot].EmptyAfter is null)];
        IsStateless = Series.IsEmpty && Patterns.IsEmpty && Anomalies.IsEmpty && Seen.IsEmpty && Code.IsEmpty;
    }

    /// <summary>What tells it apart from the other scopes of any version of the rules.</summary>
    public string Name { get; }

    public ImmutableArray<RuleField> By { get; }

    public bool IsWallClock { get; }

    public ImmutableArray<CompiledRule> Rules { get; }

    public ImmutableArray<CompiledSeries> Series { get; }

    public ImmutableArray<CompiledPattern> Patterns { get; }

    public ImmutableArray<CompiledAnomaly> Anomalies { get; }

    public ImmutableArray<CompiledSeen> Seen { get; }

    /// <summary>Rules in C#.</summary>
    public ImmutableArray<CompiledCode> Code { get; }

    /// <summary>Of windows, patterns, anomalies and rules in C#, in the order of <see cref="GroupState.Kept"/>.</summary>
    public ImmutableArray<ulong> KeptIds { get; }

    /// <summary>Whether time alone can change anything.</summary>
    public bool HasTimers { get; }

    /// <summary>The windows, by slot, that rules judge and that an event enters later than it comes, if at all: those that are not sliding.</summary>
    public ImmutableArray<int> Entered { get; }

    /// <summary>Whether a group keeps nothing but its alerts.</summary>
    public bool IsStateless { get; }

    public bool HasSeries(ulong id) => Series.Any(series => series.Id == id);

    public bool HasPattern(ulong id) => Patterns.Any(pattern => pattern.Id == id);

    public bool HasAnomaly(ulong id) => Anomalies.Any(anomaly => anomaly.Id == id);

    public bool HasSeen(ulong id) => Seen.Any(seen => seen.Id == id);

    public CompiledRule? Find(string rule)
    {
        foreach (var candidate in Rules)
            if (candidate.Definition.Name == rule)
                return candidate;
        return null;
    }
}

/// <summary>A window of a scope: which events it takes in, and what of them.</summary>
internal sealed class CompiledSeries(AggregateSpec spec, ExpressionCompiler compiler, long lateness)
{
    private readonly Func<Aggregate> _new = Aggregates.Aggregates.Factory(spec, lateness);
    private readonly TruthOf? _filter = spec.Filter is { } filter ? compiler.Truth(filter) : null;
    private readonly NumberOf? _number = spec.Argument is { Type: not (RuleType.Text or RuleType.Boolean) } n ? compiler.Number(n) : null;
    private readonly TextOf? _text = spec.Argument is { Type: RuleType.Text } t ? compiler.Text(t) : null;

    /// <summary>Its identity in stored states.</summary>
    public ulong Id { get; } = Identity.Of("a", new AggregateExpression(spec).ToString());

    public AggregateSpec Spec { get; } = spec;

    /// <summary>How long after its newest event a sliding window has nothing left, ms; null for other windows.</summary>
    public long? EmptyAfter { get; } = spec.Window is { Shape: WindowShape.Sliding } sliding
        ? sliding.Offset == 0 ? sliding.Size + (sliding.Size / PaneLayout.PanesOfSize) + 1 : sliding.Offset + (2 * sliding.Size)
        : null;

    public Aggregate New() => _new();

    /// <summary>The event as a sample; false when it is none for this window.</summary>
    public bool TrySample(Evaluation at, long time, out Sample sample)
    {
        sample = new Sample(time, 0, 0);
        if (_filter is not null && _filter(at) != Truth.True) return false;
        if (_number is not null)
        {
            var number = _number(at);
            sample = new Sample(time, number, Spec.Function == AggregateFunction.Distinct ? Sample.HashOf(number) : 0);
            return !double.IsNaN(number);
        }

        if (_text is null) return true;
        var has = _text(at, out var text);
        sample = new Sample(time, 0, Sample.HashOf(text));
        return has;
    }
}

/// <summary>A pattern of a scope.</summary>
internal sealed class CompiledPattern(PatternSpec spec, ExpressionCompiler compiler)
{
    private readonly PatternPlan _plan = new(spec);
    private readonly TruthOf[] _steps = [.. spec.Steps.Select(step => compiler.Truth(step.Condition))];

    public ulong Id { get; } = Identity.Of("p", new PatternExpression(spec).ToString());

    public PatternSpec Spec { get; } = spec;

    public SequencePattern New() => new(_plan);

    /// <summary>Bit i: whether step i's condition holds for the event.</summary>
    public ulong Holds(Evaluation at)
    {
        var holds = 0UL;
        for (var i = 0; i < _steps.Length; i++)
            if (_steps[i](at) == Truth.True)
                holds |= 1UL << i;
        return holds;
    }
}

/// <summary>An anomaly of a scope.</summary>
internal sealed class CompiledAnomaly(Expression argument, ExpressionCompiler compiler)
{
    private readonly NumberOf _argument = compiler.Number(argument);

    public ulong Id { get; } = Identity.Of("n", argument.ToString());

    public Expression Source { get; } = argument;

    public double Argument(Evaluation at) => _argument(at);
}

/// <summary>When an event for which a filter holds was last seen.</summary>
internal sealed class CompiledSeen(Expression? filter, ExpressionCompiler compiler)
{
    private readonly TruthOf? _filter = filter is null ? null : compiler.Truth(filter);

    public ulong Id { get; } = Identity.Of("s", filter?.ToString() ?? "");

    public Expression? Source { get; } = filter;

    public bool Holds(Evaluation at) => _filter is null || _filter(at) == Truth.True;
}
