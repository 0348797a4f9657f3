namespace Grains.Rules;

/// <summary>What is wrong inside a text of a rule, and at which of its characters (from 0).</summary>
internal readonly record struct ParseProblem(int Position, string Message);
