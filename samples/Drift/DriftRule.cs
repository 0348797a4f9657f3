using Rules.Coded;

namespace Drift;

/// <summary>
/// Sees a small but lasting change that no threshold would: it adds up how far each value is from what is usual, in standard deviations
/// less half of one, upwards and downwards (a cumulative sum chart, CUSUM).
/// </summary>
public sealed class DriftRule : CodedRule<DriftRule.Sums>
{
    private const double Slack = 0.5;
    private const double Limit = 8;

    private readonly NumberInput _temperature;
    private readonly NumberInput _usual;
    private readonly NumberInput _spread;

    public DriftRule()
        : base("drift")
    {
        For = TimeSpan.FromSeconds(10);
        Labels["severity"] = "warning";
        Message = "{{ entity }} drifts: {{ value | round 1 }}, around {{ avg(temperature, 1h) | round 1 }} °C";
        _temperature = Number("temperature");
        _usual = Number("avg(temperature, 1h)");
        _spread = Number("stddev(temperature, 1h)");
    }

    protected override Verdict Evaluate(CodedInputs inputs, ref Sums state)
    {
        var distance = (inputs[_temperature] - inputs[_usual]) / inputs[_spread];
        if (!double.IsFinite(distance)) return new(null);
        state.Up = Math.Max(0, state.Up + distance - Slack);
        state.Down = Math.Max(0, state.Down - distance - Slack);
        var sum = Math.Max(state.Up, state.Down);
        return new(sum > Limit, sum);
    }

    /// <summary>What is kept of each sensor.</summary>
    public record struct Sums(double Up, double Down);
}
