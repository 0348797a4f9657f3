namespace Grains.Interfaces;

/// <summary>What a caller knows of a visitor beyond the interactions on the topic.</summary>
[GenerateSerializer, Immutable, Alias("granary.RecommendationContext")]
public sealed record RecommendationContext
{
    /// <summary>The most items that may be asked for.</summary>
    public const int MaxCount = 1000;

    /// <summary>
    /// Items of a session that is not the visitor's yet, oldest first: before a login, or of someone who is not to be kept.
    /// They count as newer than the visitor's own.
    /// </summary>
    [Id(0)]
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>The visitor's session that is meant, as its interactions name it; null: the newest.</summary>
    [Id(1)]
    public string? Session { get; init; }

    /// <summary>The variant to use; null: the one that the visitor is in.</summary>
    [Id(2)]
    public string? Variant { get; init; }

    /// <summary>Only items of this category; null: of all.</summary>
    [Id(3)]
    public string? Category { get; init; }

    /// <summary>The visitor does not see the answer, so nothing counts as shown.</summary>
    [Id(4)]
    public bool IsTrial { get; init; }
}

/// <summary>An item and why it is recommended.</summary>
/// <param name="Score">Higher is better; 0 of one that only fills up.</param>
/// <param name="Method">The method that gave most of the score.</param>
/// <param name="Reason">Such as "seen with X".</param>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("granary.RecommendedItem")] // an answer of 20 fits Orleans' short list of references
public sealed record RecommendedItem(
    [property: Id(0)] string Item, [property: Id(1)] double Score, [property: Id(2)] string Method, [property: Id(3)] string Reason);

/// <summary>Recommendations and what they are made of.</summary>
/// <param name="Items">The best first, each once.</param>
/// <param name="Variant">The variant that was used.</param>
/// <param name="Context">The items that were looked at, oldest first.</param>
[GenerateSerializer, Immutable, Alias("granary.RecommendationAnswer")]
public sealed record RecommendationAnswer(
    [property: Id(0)] IReadOnlyList<RecommendedItem> Items, [property: Id(1)] string Variant, [property: Id(2)] IReadOnlyList<string> Context);

/// <summary>What was shown and what came of it, by variant and method.</summary>
/// <param name="Method">The method that found the items; * for the whole lists.</param>
/// <param name="Lists">Answers that were shown with an item of the method.</param>
/// <param name="Hits">Those of them with a click on one of these.</param>
/// <param name="Items">Items that were shown.</param>
/// <param name="Clicks">Those of them that were clicked.</param>
[GenerateSerializer, Immutable, Alias("granary.FeedbackSum")]
public sealed record FeedbackSum(
    [property: Id(0)] string Variant, [property: Id(1)] string Method, [property: Id(2)] long Lists, [property: Id(3)] long Hits,
    [property: Id(4)] long Items, [property: Id(5)] long Clicks)
{
    /// <summary>The part of the lists that had a click; 0 if there is none.</summary>
    public double HitRate => Lists == 0 ? 0 : (double)Hits / Lists;

    /// <summary>The part of the items that were clicked; 0 if there is none.</summary>
    public double ClickRate => Items == 0 ? 0 : (double)Clicks / Items;
}

/// <summary>What is kept of a visitor.</summary>
[GenerateSerializer, Immutable, Alias("granary.VisitorSnapshot")]
public sealed record VisitorSnapshot
{
    /// <summary>Whether anything is, or was before it was forgotten.</summary>
    [Id(0)]
    public required bool Seen { get; init; }

    /// <summary>The names that items know the visitor's sessions by, 32 hexadecimal digits, the newest last.</summary>
    [Id(1)]
    public required IReadOnlyList<string> Sessions { get; init; }

    /// <summary>The items of the newest session, oldest first.</summary>
    [Id(2)]
    public required IReadOnlyList<string> Session { get; init; }

    /// <summary>Items of late, oldest first.</summary>
    [Id(3)]
    public required IReadOnlyList<VisitedItem> Recent { get; init; }

    /// <summary>When each item was last bought.</summary>
    [Id(4)]
    public required IReadOnlyDictionary<string, DateTimeOffset> Purchases { get; init; }

    /// <summary>How many interactions were refused, or not told to items, by reason.</summary>
    [Id(5)]
    public required IReadOnlyDictionary<string, long> Refused { get; init; }
}

/// <summary>An item that a visitor had to do with.</summary>
/// <param name="Count">Interactions with it.</param>
/// <param name="Strongest">The strongest of them: view, cart or purchase.</param>
[GenerateSerializer, Immutable, Alias("granary.VisitedItem")]
public sealed record VisitedItem(
    [property: Id(0)] string Item, [property: Id(1)] DateTimeOffset Last, [property: Id(2)] int Count, [property: Id(3)] string Strongest);
