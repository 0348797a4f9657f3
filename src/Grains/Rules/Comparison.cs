using System.Globalization;
using Grains.Fields;
using Grains.Kinds;

namespace Grains.Rules;

/// <summary>How a comparison compares.</summary>
internal enum ComparisonOperator
{
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
}

/// <summary>A condition on one event: a field, an operator, a number (true is 1, false is 0).</summary>
internal sealed record Comparison(Field Field, ComparisonOperator Operator, double Number)
{
    /// <summary>Judges an event; false when the event does not have the field, so that nothing is known.</summary>
    public bool TryJudge(DecodedEvent e, out bool holds, out double value)
    {
        if (!e.Has(Field.Ordinal))
        {
            holds = false;
            value = 0;
            return false;
        }

        value = e.Value(Field.Ordinal);
        holds = Holds(value);
        return true;
    }

    public bool Holds(double value) => Operator switch
    {
        ComparisonOperator.Greater => value > Number,
        ComparisonOperator.GreaterOrEqual => value >= Number,
        ComparisonOperator.Less => value < Number,
        ComparisonOperator.LessOrEqual => value <= Number,
        ComparisonOperator.Equal => value == Number,
        _ => value != Number,
    };

    /// <summary>A value for which both hold; null when there is none or they are about different fields.</summary>
    public double? Common(Comparison other)
    {
        if (other.Field != Field)
            return null;
        double a = Number, b = other.Number;
        ReadOnlySpan<double> candidates =
        [
            (a / 2) + (b / 2), a, b, a - 1, a + 1, b - 1, b + 1,
            Math.BitDecrement(a), Math.BitIncrement(a), Math.BitDecrement(b), Math.BitIncrement(b),
        ];
        foreach (var value in candidates)
            if (Holds(value) && other.Holds(value) && (Field.Type == FieldType.Number || value is 0 or 1))
                return value;
        return null;
    }

    public override string ToString() => $"{Field.Name} {Symbol(Operator)} {Number.ToString(CultureInfo.InvariantCulture)}";

    private static string Symbol(ComparisonOperator o) => o switch
    {
        ComparisonOperator.Greater => ">",
        ComparisonOperator.GreaterOrEqual => ">=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Equal => "==",
        _ => "!=",
    };
}
