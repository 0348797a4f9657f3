using Checkpointing;
using Grains.Entities;

namespace Grains.Ingest;

/// <summary>An entity as a lane reaches it: at once if it is active in the lane's silo, else by a call.</summary>
/// <param name="grain">It, wherever it is.</param>
internal readonly struct EntityTarget(GrainId id, IEventTarget grain, ActiveEntities active)
{
    /// <summary>Delivers without a call; null: nothing is done, it has to be a call.</summary>
    public DeliveryAnswer? TryDeliver(Delivery delivery) => active.Find(id)?.TryDeliver(delivery);

    public ValueTask<DeliveryAnswer> DeliverAsync(Delivery delivery) => grain.DeliverAsync(delivery);

    /// <summary>Without a call if that is safe now.</summary>
    public ValueTask<FlushAnswer> FlushAsync(string source, long released) =>
        active.Find(id) is { } entity && entity.TryFlush(source, released, out var answer) ? answer : CallFlushAsync(source, released);

    private async ValueTask<FlushAnswer> CallFlushAsync(string source, long released)
    {
        var answer = await grain.FlushAsync(source, released);
        // What the directory names is the entity; one here that it does not name is on its way out.
        if (active.Find(id) is { } entity && entity.Activation != answer.Activation) active.Remove(entity);
        return answer;
    }

    public ValueTask<TimeAnswer> PassTimeAsync(TimePassed passed) => grain.PassTimeAsync(passed);
}
