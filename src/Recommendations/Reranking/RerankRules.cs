using Recommendations.Methods;
using Rules.Engine;
using Rules.Language;

namespace Recommendations.Reranking;

/// <summary>
/// Business rules in the language of the rules, of one file: an item is excluded, or its score multiplied, where a condition holds.
/// Safe from any thread.
/// </summary>
public sealed class RerankRules : IRerankRule
{
    [ThreadStatic]
    private static (RerankRules Owner, Candidate Candidate, Evaluation At)? t_memory;

    private readonly (TruthOf? When, NumberOf? Boost)[] _rules;
    private readonly IReadOnlyList<RuleField> _attributes;

    internal RerankRules(IReadOnlyList<RuleField> attributes, IEnumerable<(TruthOf? When, NumberOf? Boost)> rules) =>
        (_attributes, _rules) = (attributes, [.. rules]);

    /// <param name="name">What the file is called in errors.</param>
    /// <exception cref="RuleException">Something is wrong with it; it names all of it, with line and column.</exception>
    public static RerankRules Parse(string name, string text)
    {
        var errors = new List<RuleError>();
        var rules = new RerankFileParser(new RuleYaml(name, text.TrimStart('\uFEFF'), errors)).Parse();
        return errors.Count == 0 ? rules! : throw new RuleException(errors);
    }

    /// <summary>
    /// The product of the boosts that apply; 0 if the item is excluded. A condition that is missing does not hold, a boost that
    /// is missing is 1.
    /// </summary>
    public double Factor(string item, CatalogueItem? entry, RecommendationRequest request)
    {
        if (t_memory is not { } memory || memory.Owner != this)
        {
            var candidate = new Candidate(_attributes);
            t_memory = memory = (this, candidate, new Evaluation(maxAnomalies: 0) { Event = candidate });
        }

        memory.Candidate.Set(item, entry, request);
        memory.At.Entity = item;
        var factor = 1.0;
        foreach (var (when, boost) in _rules)
        {
            if (when is not null && when(memory.At) != Truth.True)
                continue;
            if (boost is null)
                return 0;
            var value = boost(memory.At);
            if (!double.IsNaN(value))
                factor *= Math.Max(0, value);
        }

        return factor;
    }
}
