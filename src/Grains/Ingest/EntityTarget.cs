using Checkpointing;
using Grains.Entities;

namespace Grains.Ingest;

/// <summary>An entity as a lane reaches it: by a turn if it is active in the lane's silo, else by a call.</summary>
/// <param name="grain">It, wherever it is.</param>
internal readonly struct EntityTarget(GrainId id, IEventTarget grain, ActiveEntities active)
{
    /// <summary>As <see cref="IEventTarget.DeliverAsync"/>; null: it has to be a call.</summary>
    public ValueTask<DeliveryAnswer?> TryDeliverHereAsync(Delivery delivery) =>
        active.Find(id) is { } entity ? DeliveryTurn.RunAsync(entity, delivery) : default;

    public ValueTask<DeliveryAnswer> DeliverAsync(Delivery delivery) => grain.DeliverAsync(delivery);

    public async ValueTask<FlushAnswer> FlushAsync(string source, long released)
    {
        var answer = await grain.FlushAsync(source, released);
        // What the directory names is the entity; one here that it does not name is on its way out.
        if (active.Find(id) is { } entity && entity.Activation != answer.Activation) active.Remove(entity);
        return answer;
    }

    public ValueTask<TimeAnswer> PassTimeAsync(TimePassed passed) => grain.PassTimeAsync(passed);
}
