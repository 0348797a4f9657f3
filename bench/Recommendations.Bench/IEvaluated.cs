namespace Recommendations.Bench;

/// <summary>
/// What is evaluated: it is asked and told in the order of the events' times, one call after the other.
/// </summary>
public interface IEvaluated
{
    /// <summary>The best items for the session so far, the best first, at most <paramref name="count"/>.</summary>
    /// <param name="now">The time of the event that is about to be revealed, Unix milliseconds.</param>
    ValueTask<IReadOnlyList<string>> RecommendAsync(string session, int count, long now, CancellationToken cancellation);

    /// <summary>Tells the next event. Returns once all that it caused is applied.</summary>
    ValueTask RevealAsync(SessionEvent next, CancellationToken cancellation);
}

/// <param name="Time">Unix milliseconds.</param>
public readonly record struct SessionEvent(string Session, string Item, long Time);
