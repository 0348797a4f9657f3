using Rules.Coded;
using Rules.Language;

namespace Rules.Engine;

/// <summary>Rules in C#.</summary>
internal sealed partial class ExpressionCompiler
{
    /// <summary>The slot of a rule's state. A condition comes before the templates of its rule, and it alone has the inputs.</summary>
    private int Code(CodedExpression expression)
    {
        var slot = slots.Code.FindIndex(code => code.Rule == expression.Rule);
        if (slot >= 0) return slot;
        slots.Code.Add(new CompiledCode(expression.Rule, [.. expression.Inputs.Select(Input)]));
        return slots.Code.Count - 1;
    }

    private CompiledInput Input(Expression input) => input.Type switch
    {
        RuleType.Text => new(null, null, Text(input)),
        RuleType.Boolean => new(null, Truth(input), null),
        _ => new(Number(input), null, null),
    };
}

/// <summary>A rule in C# of a scope.</summary>
internal sealed class CompiledCode(CodedRule rule, CompiledInput[] inputs)
{
    /// <summary>Its state's identity in stored states.</summary>
    public ulong Id { get; } = Identity.Of("c", rule.StateName);

    public CodedRule Rule { get; } = rule;

    public CompiledInput[] Inputs { get; } = inputs;
}
