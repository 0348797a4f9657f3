namespace Rules.Language;

/// <summary>What is wrong inside a text of a rule, and at which of its characters (from 0).</summary>
internal readonly record struct ParseProblem(int Position, string Message);

/// <summary>Ends the parsing of one text; it never leaves this folder.</summary>
internal sealed class ParseException(int position, string message) : Exception(message)
{
    public ParseProblem Problem => new(position, Message);
}
