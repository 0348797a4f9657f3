using Grains.Fields;
using Grains.Rules;

namespace Grains.Kinds;

/// <summary>What decoding and judging a delivery's events needs besides the state; rented for one delivery.</summary>
internal sealed class KindWork(DecodedEvent @event)
{
    public DecodedEvent Event { get; } = @event;

    public List<AlertChange> Changes { get; } = [];
}
