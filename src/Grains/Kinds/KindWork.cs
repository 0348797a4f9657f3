using Grains.Fields;
using Rules.Alerts;
using Rules.Engine;

namespace Grains.Kinds;

/// <summary>What decoding and judging a delivery's events needs besides the state; rented for one delivery.</summary>
internal sealed class KindWork(EntityKind kind, DecodedEvent @event, Evaluation evaluation)
{
    public EntityKind Kind { get; } = kind;

    public DecodedEvent Event { get; } = @event;

    public Evaluation Evaluation { get; } = evaluation;

    public List<AlertChange> Changes { get; } = [];
}
