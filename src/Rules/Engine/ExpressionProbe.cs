using Rules.Alerts;
using Rules.Language;

namespace Rules.Engine;

/// <summary>What an expression comes to after each event of one entity: for trying expressions out, and for tests of rules.</summary>
public sealed class ExpressionProbe
{
    private readonly EntityRules _state;
    private readonly Evaluation _at;
    private readonly List<AlertChange> _changes = [];

    private ExpressionProbe(RuleProgram program, string entity)
    {
        _state = new EntityRules(program);
        _at = program.NewEvaluation();
        _at.Entity = entity;
    }

    /// <summary>Probes of one expression, one for each entity.</summary>
    /// <param name="lateness">As in a rule file, ms.</param>
    public static Func<string, ExpressionProbe> Of(Expression expression, long lateness = 0)
    {
        // The expression is kept up to date as the message of a rule that never fires.
        var rule = new RuleDefinition
        {
            Name = "expression",
            When = new BooleanLiteral(false),
            Message = new MessageTemplate([new MessagePart(null, expression, null)]),
            Place = new RuleError("expression", 1, 1, ""),
        };
        var program = new RuleProgram([rule], lateness);
        return entity => new ExpressionProbe(program, entity);
    }

    /// <summary>The value after an event, as text; empty when it is missing.</summary>
    public string Observe(IRuleEvent e)
    {
        _state.Observe(e, new EventStamp(0, e.Time), _at, _changes);
        return _state.Render(e, _at);
    }

    /// <summary>The value at a time, when no further event has come by then; empty when it is missing.</summary>
    public string ValueAt(long time) => _state.RenderAt(time, _at);
}
