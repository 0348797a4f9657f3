namespace Rules.Engine;

/// <summary>One of an entity's two clocks: it never goes back.</summary>
internal readonly record struct EntityClock(RuleClock Clock)
{
    public static EntityClock Start => new(new RuleClock(long.MinValue, long.MinValue));

    public long Now => Clock.Now;

    /// <summary>The clock when something of that time has happened and nothing before the watermark is waited for.</summary>
    public EntityClock At(long time, long watermark) =>
        new(new RuleClock(Math.Max(Clock.Now, time), Math.Max(Clock.Watermark, watermark)));
}
