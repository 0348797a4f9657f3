namespace Recommendations.Visitors;

/// <summary>An item that the visitor had to do with lately.</summary>
/// <param name="Last">Unix milliseconds.</param>
/// <param name="Count">Interactions with it.</param>
/// <param name="Strongest">The strongest of them.</param>
public readonly record struct RecentItem(string Item, long Last, int Count, InteractionKind Strongest);

/// <summary>An item of a session with the strongest of what was done to it there.</summary>
public readonly record struct SessionItem(string Item, InteractionKind Strongest = InteractionKind.View);
