using Checkpointing;
using Grains.Entities;
using Grains.Interfaces;
using Microsoft.Extensions.DependencyInjection;

namespace Grains.Recommending;

/// <summary>What the entities of recommendations have in common.</summary>
public abstract class RecommendingGrain : EntityGrain
{
    private const long Day = 86_400_000;
    private long _expiredOn = long.MinValue;

    internal RecommendingServices Services { get; private set; } = null!;

    private protected override bool IsGuarded => true;

    private protected override (KindBinding Kind, string Key) Identify(KindBindings kinds)
    {
        Services = Of(ServiceProvider);
        return (kinds.OfClass(GetType()), this.GetPrimaryKeyString());
    }

    /// <exception cref="NotSupportedException">Recommendations are turned off.</exception>
    internal static RecommendingServices Of(IServiceProvider services) => services.GetService<RecommendingServices>()
        ?? throw new NotSupportedException("Recommendations are turned off in this silo: set Recommendations:Enabled.");

    /// <summary>Whether what is past its retention is to be dropped with this record, and before when: once a day.</summary>
    private protected bool IsExpiryDue(in EventRecord record, out long before)
    {
        // A record's time that is ahead must not make the state forget what is young.
        var now = Math.Min(record.Timestamp, Time.GetUtcNow().ToUnixTimeMilliseconds());
        before = now - (long)Services.Settings.Visitors.Retention.TotalMilliseconds;
        var day = now / Day;
        var isDue = day != _expiredOn;
        _expiredOn = day;
        return isDue;
    }

    internal static void CheckCount(int count)
    {
        if (count is < 1 or > RecommendationContext.MaxCount)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"It must be 1 to {RecommendationContext.MaxCount}.");
    }
}
