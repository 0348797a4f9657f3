namespace Recommendations.Visitors;

/// <summary>Why an interaction was not taken, or not told to items. Each is counted in the visitor's state.</summary>
public enum Refusal : byte
{
    None,

    /// <summary>The item has no id, or one that is too long.</summary>
    Item,

    /// <summary>Its time lies further ahead of its arrival than <see cref="VisitorOptions.MaxAhead"/>.</summary>
    Ahead,

    /// <summary>Its time lies further back than <see cref="VisitorOptions.Retention"/>.</summary>
    TooOld,

    /// <summary>More than <see cref="VisitorOptions.MaxInteractionsPerMinute"/>.</summary>
    Rate,

    /// <summary>
    /// More than <see cref="VisitorOptions.MaxSessionInteractions"/>: it is taken, so the visitor's own recommendations
    /// count it, but items do not learn from the session.
    /// </summary>
    SessionLength,
}
