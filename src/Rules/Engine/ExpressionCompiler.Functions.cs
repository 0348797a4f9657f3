using System.Text;
using System.Text.RegularExpressions;
using Rules.Language;

namespace Rules.Engine;

/// <summary>Functions and text matching.</summary>
internal sealed partial class ExpressionCompiler
{
    private const double DayMs = 86_400_000;

    private NumberOf Call(CallExpression call)
    {
        var arguments = call.Arguments.Select(argument => call.Function == ScalarFunction.Missing ? null! : Number(argument)).ToArray();
        var first = arguments[0];
        switch (call.Function)
        {
            case ScalarFunction.Abs: return at => Math.Abs(first(at));
            case ScalarFunction.Ceil: return at => Math.Ceiling(first(at));
            case ScalarFunction.Exp: return at => Finite(Math.Exp(first(at)));
            case ScalarFunction.Floor: return at => Math.Floor(first(at));
            case ScalarFunction.Log: return at => Finite(Math.Log(first(at)));
            case ScalarFunction.Sqrt: return at => Finite(Math.Sqrt(first(at)));
            case ScalarFunction.Seconds: return at => first(at) / 1000;
            case ScalarFunction.Round when arguments.Length == 1: return at => Math.Round(first(at), MidpointRounding.AwayFromZero);
            case ScalarFunction.Round:
                var decimals = arguments[1];
                return at => Round(first(at), decimals(at));
            case ScalarFunction.Least: return arguments.Aggregate((a, b) => at => Pick(a(at), b(at), static (x, y) => x < y));
            case ScalarFunction.Greatest: return arguments.Aggregate((a, b) => at => Pick(a(at), b(at), static (x, y) => x > y));
            case ScalarFunction.Coalesce: return arguments.Aggregate((a, b) => at => a(at) is var x && double.IsNaN(x) ? b(at) : x);
            case ScalarFunction.Hour: return at => Math.Floor(Remainder(first(at), DayMs) / 3_600_000);
            case ScalarFunction.DayOfWeek:
                // The epoch began on a Thursday.
                return at => Remainder(Math.Floor(first(at) / DayMs) + 4, 7);
            default: throw new InvalidOperationException($"{call.Function} gives no number");
        }
    }

    private TruthOf TruthCall(CallExpression call)
    {
        switch (call.Function)
        {
            case ScalarFunction.Missing:
                return IsMissing(call.Arguments[0]);
            case ScalarFunction.Coalesce:
                return call.Arguments.Select(Truth).Aggregate((a, b) => at => a(at) is var x && x == Engine.Truth.Missing ? b(at) : x);
            default:
                throw new InvalidOperationException($"{call.Function} gives no boolean");
        }
    }

    private TruthOf IsMissing(Expression argument)
    {
        switch (argument.Type)
        {
            case RuleType.Text:
                var text = Text(argument);
                return at => Logic.Of(!text(at, out _));
            case RuleType.Boolean:
                var truth = Truth(argument);
                return at => Logic.Of(truth(at) == Engine.Truth.Missing);
            default:
                var number = Number(argument);
                return at => Logic.Of(double.IsNaN(number(at)));
        }
    }

    private TruthOf Match(MatchExpression match)
    {
        var operand = Text(match.Operand);
        var pattern = Encoding.UTF8.GetBytes(match.Pattern);
        switch (match.Match)
        {
            case TextMatch.Contains:
                return at => operand(at, out var text) ? Logic.Of(text.IndexOf(pattern) >= 0) : Engine.Truth.Missing;
            case TextMatch.StartsWith:
                return at => operand(at, out var text) ? Logic.Of(text.StartsWith(pattern)) : Engine.Truth.Missing;
            case TextMatch.EndsWith:
                return at => operand(at, out var text) ? Logic.Of(text.EndsWith(pattern)) : Engine.Truth.Missing;
            default:
                var regex = new Regex(match.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                return at => operand(at, out var text) ? Logic.Of(IsMatch(regex, text)) : Engine.Truth.Missing;
        }
    }

    private static bool IsMatch(Regex regex, ReadOnlySpan<byte> text)
    {
        const int small = 256;
        if (text.Length > small) return regex.IsMatch(Encoding.UTF8.GetString(text));
        Span<char> chars = stackalloc char[small];
        return regex.IsMatch(chars[..Encoding.UTF8.GetChars(text, chars)]);
    }

    private static double Pick(double a, double b, Func<double, double, bool> isBetter) =>
        double.IsNaN(a) ? b : double.IsNaN(b) || isBetter(a, b) ? a : b;

    private static double Round(double value, double decimals) =>
        double.IsNaN(value) || double.IsNaN(decimals)
            ? double.NaN
            : Math.Round(value, (int)Math.Clamp(decimals, 0, 15), MidpointRounding.AwayFromZero);

    /// <summary>Never negative, whatever the sign of <paramref name="a"/>.</summary>
    private static double Remainder(double a, double b) => a - (Math.Floor(a / b) * b);
}
