using Recommendations.Items;

namespace Recommendations.Visitors;

/// <summary>What came of an interaction.</summary>
/// <param name="Session">Its session; none if it was not taken.</param>
/// <param name="IsNew">The session did not have the item among its newest: what counts for trending.</param>
/// <param name="Notices">
/// What is to be told to items: at most 51 of its session, and 50 of an older one that is forgotten for it.
/// </param>
public sealed record VisitorOutcome(Refusal Refusal, SessionKey? Session, bool IsNew, IReadOnlyList<ItemNotice> Notices);
