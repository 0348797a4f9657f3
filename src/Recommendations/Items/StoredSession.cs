namespace Recommendations.Items;

/// <summary>A session that an item was in. It has no references, so the collector need not look at those that change.</summary>
/// <param name="Time">Its newest interaction, Unix milliseconds.</param>
/// <param name="Start">Where its items' numbers are in the item's array of them.</param>
/// <param name="Count">So many; none: it is forgotten.</param>
/// <param name="Room">So many numbers fit there.</param>
internal readonly record struct StoredSession(SessionKey Key, long Time, int Version, int Start, byte Count, byte Room);
