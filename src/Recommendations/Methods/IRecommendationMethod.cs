namespace Recommendations.Methods;

/// <summary>One way to find items: of equal requests the same. Safe from any thread.</summary>
public interface IRecommendationMethod
{
    /// <summary>As in the configuration, in results and in metrics.</summary>
    string Name { get; }

    /// <summary>Says why an item was found.</summary>
    /// <param name="because">What the method gave the board with it.</param>
    string Reason(string? because);

    /// <summary>Adds what it finds. Only the order and the ratios of the scores count.</summary>
    /// <param name="context">The newest items of the visitor's session, newest first; may be empty.</param>
    void Score(RecommendationRequest request, ReadOnlySpan<ContextItem> context, ScoreBoard board);
}

/// <summary>A business rule: it sees each candidate before the order is settled.</summary>
public interface IRerankRule
{
    /// <summary>What the candidate's score is multiplied by: 1 leaves it, 0 or less excludes the item.</summary>
    /// <param name="entry">None if the catalogue does not have the item.</param>
    double Factor(string item, CatalogueItem? entry, RecommendationRequest request);
}

/// <summary>A recommended item.</summary>
/// <param name="Score">Higher is better; of a fill-up, 0.</param>
/// <param name="Method">The one that gave most of the score.</param>
/// <param name="Reason">Such as "seen with X".</param>
public readonly record struct Recommendation(string Item, double Score, string Method, string Reason);
