using System.Text;
using System.Text.RegularExpressions;
using HBase.Client.Filters;

namespace HBase.Embedded.Reading.Filters;

/// <summary>A comparison during one read.</summary>
internal sealed class ComparatorState(CompareOperator op, Comparator comparator)
{
    // An expression that goes wrong on a value must not hold up the store.
    private static readonly TimeSpan _regexTimeout = TimeSpan.FromSeconds(1);

    private readonly Regex? _regex = comparator is RegexComparator regex
        ? new Regex(
            regex.Pattern,
            RegexOptions.Singleline | RegexOptions.CultureInvariant | (regex.IgnoreCase ? RegexOptions.IgnoreCase : 0),
            _regexTimeout)
        : null;

    public bool Holds(ReadOnlySpan<byte> stored)
    {
        var order = Order(stored);
        return op switch
        {
            CompareOperator.Less => order < 0,
            CompareOperator.LessOrEqual => order <= 0,
            CompareOperator.Equal => order == 0,
            CompareOperator.NotEqual => order != 0,
            CompareOperator.GreaterOrEqual => order >= 0,
            _ => order > 0,
        };
    }

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
                return _regex!.IsMatch(Encoding.UTF8.GetString(stored)) ? 0 : 1;
        }
    }
}
