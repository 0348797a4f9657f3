namespace Notifications.Matching;

/// <summary>Mutes the alerts that all of its matchers match, for a time.</summary>
/// <param name="Matchers">At least one.</param>
/// <param name="From">Milliseconds since the Unix epoch; from then on.</param>
/// <param name="Until">Milliseconds since the Unix epoch; no longer from then on.</param>
public sealed record Silence(
    string Id, IReadOnlyList<Matcher> Matchers, string Who, string Why, long From, long Until);
