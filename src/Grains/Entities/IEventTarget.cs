using Checkpointing;
using Orleans.Concurrency;

namespace Grains.Entities;

/// <summary>An entity as the lanes see it.</summary>
[Alias("granary.IEventTarget")]
public interface IEventTarget : IGrain
{
    /// <summary>Applies the delivered records that the entity has not applied yet, in memory.</summary>
    [Alias("Deliver")]
    ValueTask<DeliveryAnswer> DeliverAsync(Delivery delivery);

    /// <summary>
    /// Makes what the entity has applied durable. Interleaves with deliveries, so that a slow store does not stall lanes.
    /// </summary>
    /// <param name="released">Outputs of the source's records below need not be kept: <see cref="Delivery.Released"/>.</param>
    [Alias("Flush")]
    [AlwaysInterleave]
    ValueTask<FlushAnswer> FlushAsync(string source, long released);

    /// <summary>Runs the timers that are due; durable, and what they send acknowledged, when it returns.</summary>
    [Alias("PassTime")]
    ValueTask<TimeAnswer> PassTimeAsync(TimePassed passed);

    /// <summary>A test's way to lose the activation with all that is not durable, as a crash would.</summary>
    [Alias("Forget")]
    [AlwaysInterleave]
    ValueTask ForgetAsync();
}
