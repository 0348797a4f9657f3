using System.Text;
using Rules.Language;

namespace Rules.Engine;

/// <summary>An event made of values at hand, for tests, files and the command line.</summary>
public sealed class MemoryEvent(long time, int fields) : IRuleEvent
{
    private readonly double[] _numbers = NewNumbers(fields);
    private readonly byte[]?[] _texts = new byte[]?[fields];

    public long Time { get; } = time;

    public bool Has(int field) => _texts[field] is not null || !double.IsNaN(_numbers[field]);

    public double Number(int field) => _numbers[field];

    public ReadOnlySpan<byte> Text(int field) => _texts[field];

    /// <summary>Sets a field by its type from text; empty leaves it missing.</summary>
    /// <returns>What is wrong with the text; null when it is set.</returns>
    public string? Set(RuleField field, string text)
    {
        if (text.Length == 0) return null;
        switch (field.Type)
        {
            case RuleType.Text:
                SetText(field, text);
                return null;
            case RuleType.Boolean when text is "true" or "false":
                _numbers[field.Index] = text == "true" ? 1 : 0;
                return null;
            case RuleType.Time when TimeText.TryParse(text, out var time):
                _numbers[field.Index] = time;
                return null;
            case RuleType.Number when TimeText.TryNumber(text, out var number):
                _numbers[field.Index] = number;
                return null;
            default:
                return $"'{text}' is no {field.Type.ToString().ToLowerInvariant()}";
        }
    }

    /// <summary>Sets a text field, also to an empty text.</summary>
    public void SetText(RuleField field, string text) => _texts[field.Index] = Encoding.UTF8.GetBytes(text);

    private static double[] NewNumbers(int fields)
    {
        var numbers = new double[fields];
        Array.Fill(numbers, double.NaN);
        return numbers;
    }
}
