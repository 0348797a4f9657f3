namespace Recommendations;

/// <summary>What a visitor did with an item, weakest first.</summary>
public enum InteractionKind : byte
{
    View,
    Cart,
    Purchase,
}

/// <summary>One event of a visitor.</summary>
/// <param name="Item">1 to <see cref="MaxIdLength"/> characters; anything else is refused.</param>
/// <param name="Session">The session that the event names; none: sessions are cut by inactivity.</param>
/// <param name="Time">Unix milliseconds.</param>
public readonly record struct Interaction(string Item, InteractionKind Kind, long Time, string? Session = null)
{
    /// <summary>Characters of an item's id.</summary>
    public const int MaxIdLength = 256;
}
