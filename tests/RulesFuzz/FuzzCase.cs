using System.Text.RegularExpressions;
using Rules.Language;

namespace RulesFuzz;

/// <summary>What became of a file.</summary>
public enum Outcome
{
    /// <summary>It is right, and each of its expressions equals what its canonical text is parsed to.</summary>
    Good,

    /// <summary>It was refused, with errors that are all at places of the file.</summary>
    Malformed,

    /// <summary>Something else happened: a defect.</summary>
    Failed,
}

/// <summary>Parses one file and judges what comes of it.</summary>
public static partial class FuzzCase
{
    /// <param name="failure">What is wrong when it failed.</param>
    public static Outcome Run(string text, out string failure)
    {
        failure = "";
        try
        {
            var file = RuleFiles.Parse([("f.yaml", text)], Corpus.Kinds)[0];
            failure = file.Rules.SelectMany(Expressions).Select(e => NotCanonical(e, file.Fields)).FirstOrDefault(f => f is not null) ?? "";
            return failure.Length == 0 ? Outcome.Good : Outcome.Failed;
        }
        catch (RuleException e)
        {
            failure = Misplaced(e.Errors, text) ?? "";
            return failure.Length == 0 ? Outcome.Malformed : Outcome.Failed;
        }
#pragma warning disable CA1031 // Anything else that is thrown is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e.ToString();
            return Outcome.Failed;
        }
    }

    private static IEnumerable<Expression> Expressions(RuleDefinition rule) =>
        rule.Labels.Values.Append(rule.Message).SelectMany(m => m.Parts).Select(p => p.Expression)
            .Append(rule.When).Append(rule.Resolve).OfType<Expression>();

    private static string? NotCanonical(Expression expression, IEnumerable<RuleField> fields)
    {
        var text = expression.ToString();
        var parsed = ExpressionParser.Parse(text, fields);
        return expression.Equals(parsed) && text == parsed.ToString() ? null : $"'{text}' is parsed to '{parsed}'";
    }

    private static string? Misplaced(IReadOnlyList<RuleError> errors, string text)
    {
        if (errors.Count == 0)
            return "refused without an error";
        var lines = LineBreak().Split(text);
        var misplaced = errors.FirstOrDefault(e =>
            e.Line < 1 || e.Column < 1 || e.Line > lines.Length || e.Column > lines[e.Line - 1].Length + 1
            || string.IsNullOrWhiteSpace(e.Message));
        return misplaced is null ? null : $"not a place of the file, or no message: {misplaced}";
    }

    [GeneratedRegex("\r\n|[\n\r\u0085\u2028\u2029]")]
    private static partial Regex LineBreak();
}
