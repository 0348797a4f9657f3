using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Client.Backtesting;
using global::Rules.Language;
using Grains.Interfaces;

namespace Client.CommandLine;

/// <summary>
/// Results as JSON on one line: camelCase names, times as ISO 8601, numbers that JSON does not have as "NaN" and "Infinity",
/// nothing for what is null.
/// </summary>
internal static class Documents
{
    private static readonly JsonSerializerOptions _format = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Of(EntitySnapshot snapshot) => JsonSerializer.Serialize(snapshot, _format);

    public static string Of(Alert alert) => JsonSerializer.Serialize(alert, _format);

    public static string Of(FoundAlert found) => JsonSerializer.Serialize(found, _format);

    public static string Of(Silence silence) => JsonSerializer.Serialize(silence, _format);

    public static string Of(RuleSetVersion version) => JsonSerializer.Serialize(version, _format);

    public static string OfVersion(long number) => JsonSerializer.Serialize(new { Version = number }, _format);

    public static string Of(RuleError error) => JsonSerializer.Serialize(error, _format);

    public static string Of(EntityKey key) => JsonSerializer.Serialize(key, _format);

    public static string Of(BacktestAlert alert) => JsonSerializer.Serialize(alert, _format);

    public static string Of(string kind, BacktestResult result, DateTimeOffset end) => JsonSerializer.Serialize(
        new BacktestSummary(kind, result.Begin, end, result.Entities, result.Events, result.Mismatched, [.. result.Rules.Select(Of)]), _format);

    private static RuleSummary Of(RuleResult rule) => new(
        rule.Rule, rule.Would.Alerts, rule.Would.Entities, rule.Would.Median.TotalSeconds, rule.Would.Longest.TotalSeconds,
        rule.Did.Alerts, rule.Did.Entities);

    public static string Of(ProduceSummary summary) => JsonSerializer.Serialize(summary, _format);

    public static string Of(RecommendedItem item) => JsonSerializer.Serialize(item, _format);

    public static string Of(FeedbackSum sum) => JsonSerializer.Serialize(sum, _format);

    public static string Of(RecommendationExplanation explanation) => JsonSerializer.Serialize(explanation, _format);

    public static string Of(HistoryEvent entry) => JsonSerializer.Serialize(
        new HistoryDocument(entry.Time, entry.Source, entry.Offset, entry.IsAlert, Embed(entry.Json)), _format);

    /// <summary>The entry's own JSON as JSON, not as text; what is none, as text.</summary>
    private static JsonNode? Embed(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return JsonValue.Create(json);
        }
    }

    private sealed record BacktestSummary(
        string Kind, DateTimeOffset From, DateTimeOffset To, long Entities, long Events, long Mismatched, IReadOnlyList<RuleSummary> Rules);

    private sealed record RuleSummary(
        string Rule, int Alerts, int Entities, double MedianSeconds, double LongestSeconds, int DidFire, int DidFireEntities);

    private sealed record HistoryDocument(DateTimeOffset Time, string Source, long Offset, bool IsAlert, JsonNode? Event);
}

/// <summary>What producing has come to.</summary>
/// <param name="Acknowledged">Events that are on the topic for certain.</param>
/// <param name="Broken">Lines that were left out.</param>
/// <param name="Unknown">Events that may be on the topic.</param>
internal sealed record ProduceSummary(string Topic, long Acknowledged, long Broken, int Unknown);
