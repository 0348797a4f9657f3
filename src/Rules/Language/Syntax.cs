using System.Collections.Immutable;

namespace Rules.Language;

/// <summary>An expression as it is written, not checked yet.</summary>
/// <param name="Position">Of its first character, from 0.</param>
/// <param name="Depth">How many levels of operators and calls it has.</param>
internal abstract record Syntax(int Position, int Depth);

/// <param name="Kind">Number, duration or text.</param>
/// <param name="Raw">As it is written.</param>
internal sealed record LiteralSyntax(int Position, TokenKind Kind, string Raw) : Syntax(Position, 1);

/// <summary>A field, <c>true</c>, <c>false</c> or what else is known by a name.</summary>
/// <param name="Raw">With its backquotes, if it has some.</param>
internal sealed record NameSyntax(int Position, string Raw) : Syntax(Position, 1)
{
    public bool IsQuoted => Raw[0] == '`';
}

internal sealed record UnarySyntax(int Position, UnaryOperator Operator, Syntax Operand)
    : Syntax(Position, Operand.Depth + 1);

internal sealed record BinarySyntax(BinaryOperator Operator, int OperatorPosition, Syntax Left, Syntax Right)
    : Syntax(Left.Position, Math.Max(Left.Depth, Right.Depth) + 1);

internal sealed record InSyntax(Syntax Operand, ImmutableArray<Syntax> List) : Syntax(Operand.Position, Operand.Depth + 1);

internal sealed record MatchSyntax(TextMatch Match, Syntax Operand, LiteralSyntax Pattern)
    : Syntax(Operand.Position, Operand.Depth + 1);

/// <param name="End">Of its closing parenthesis.</param>
internal sealed record CallSyntax(int Position, string Name, ImmutableArray<ArgumentSyntax> Arguments, int End)
    : Syntax(Position, Arguments.Select(a => a.Depth).DefaultIfEmpty().Max() + 1);

/// <summary>Of a call: a value or a window, of which an aggregate takes <c>where</c> and <c>offset</c>.</summary>
/// <param name="Shape">Of a window that a word begins; null: <paramref name="Value"/> may be a sliding one's size.</param>
/// <param name="Value">The value; of a window its size, gap or count.</param>
internal sealed record ArgumentSyntax(
    int Position, Syntax Value, Syntax? Where, WindowShape? Shape, LiteralSyntax? Step, LiteralSyntax? Offset)
{
    public int Depth => Math.Max(Value.Depth, Where?.Depth ?? 0);
}

internal sealed record SequenceSyntax(int Position, ImmutableArray<StepSyntax> Steps, LiteralSyntax Within)
    : Syntax(Position, Steps.Max(s => s.Condition.Depth) + 1);

internal sealed record StepSyntax(int Position, Syntax Condition, LiteralSyntax? Times, bool IsNegated);

/// <summary>What <c>{{ }}</c> of a message has in it.</summary>
internal sealed record PlaceholderSyntax(Syntax Value, LiteralSyntax? Decimals);
