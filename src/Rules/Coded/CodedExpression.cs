using System.Collections.Immutable;
using Rules.Language;

namespace Rules.Coded;

/// <summary>What a rule in C# comes to: whether it holds (a boolean), or its value (a number). No text stands for it.</summary>
/// <param name="Inputs">What it looks at, by index.</param>
internal sealed record CodedExpression(CodedRule Rule, ImmutableArray<Expression> Inputs, RuleType Type) : Expression(Type)
{
    public bool Equals(CodedExpression? other) => other is not null && Rule == other.Rule && Type == other.Type;

    public override int GetHashCode() => HashCode.Combine(Rule, Type);
}
