using System.Text;
using System.Text.RegularExpressions;
using HBase.Client;
using HBase.Client.Filters;

namespace HBase.Embedded.Reading.Filters;

/// <summary>A comparison during one read.</summary>
internal sealed class ComparatorState(CompareOperator op, Comparator comparator)
{
    // An expression that goes wrong on a value must not hold up the store.
    private static readonly TimeSpan _regexTimeout = TimeSpan.FromSeconds(1);

    private readonly Regex? _regex = comparator is RegexComparator regex ? Parse(regex) : null;

    /// <summary>Whether what is stored, which orders so against what is given, stands to it as the operator says.</summary>
    public static bool Holds(CompareOperator op, int order) => op switch
    {
        CompareOperator.Less => order < 0,
        CompareOperator.LessOrEqual => order <= 0,
        CompareOperator.Equal => order == 0,
        CompareOperator.NotEqual => order != 0,
        CompareOperator.GreaterOrEqual => order >= 0,
        _ => order > 0,
    };

    public bool Holds(ReadOnlySpan<byte> stored) => Holds(op, Order(stored));

    // Below 0 when what is stored is less than what is given.
    private int Order(ReadOnlySpan<byte> stored)
    {
        switch (comparator)
        {
            case BinaryComparator binary:
                return stored.SequenceCompareTo(binary.Value.Span);
            case BinaryPrefixComparator prefix:
                return stored[..Math.Min(stored.Length, prefix.Value.Length)].SequenceCompareTo(prefix.Value.Span);
            case SubstringComparator substring:
                var text = Encoding.UTF8.GetString(stored);
                return text.Contains(substring.Text, StringComparison.OrdinalIgnoreCase) ? 0 : 1;
            default:
                return IsMatch(Encoding.UTF8.GetString(stored)) ? 0 : 1;
        }
    }

    private bool IsMatch(string text)
    {
        try
        {
            return _regex!.IsMatch(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new HBaseRefusedException($"The expression {e.Pattern} takes too long on a value.", e);
        }
    }

    private static Regex Parse(RegexComparator regex)
    {
        var options = RegexOptions.Singleline | RegexOptions.CultureInvariant;
        try
        {
            return new Regex(regex.Pattern, regex.IgnoreCase ? options | RegexOptions.IgnoreCase : options, _regexTimeout);
        }
        catch (ArgumentException e)
        {
            throw new HBaseRefusedException($"The expression {regex.Pattern} cannot be read: {e.Message}", e);
        }
    }
}
