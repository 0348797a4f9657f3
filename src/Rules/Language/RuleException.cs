namespace Rules.Language;

/// <summary>What is wrong with a rule file, and where. Lines and columns count from 1.</summary>
public sealed record RuleError(string File, int Line, int Column, string Message)
{
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>Rule files are not as they should be.</summary>
public sealed class RuleException(IReadOnlyList<RuleError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>All that was found, by file and place.</summary>
    public IReadOnlyList<RuleError> Errors { get; } = errors;
}
