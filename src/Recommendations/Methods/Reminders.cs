namespace Recommendations.Methods;

/// <summary>
/// What the visitor saw and did not buy, by age (halved every half-life) and how often; twice as much if it was in the
/// cart.
/// </summary>
public sealed class Reminders(RecommendationOptions options) : IRecommendationMethod
{
    public string Name => MethodNames.Reminders;

    public string Reason(string? because) => "seen before";

    public void Score(RecommendationRequest request, ReadOnlySpan<ContextItem> context, ScoreBoard board)
    {
        foreach (var (item, last, count, strongest) in request.Recent)
        {
            var age = Decay.Of(request.Now - last, options.ReminderHalfLife);
            if (strongest != InteractionKind.Purchase)
                board.Add(item, age * Math.Log(1 + count) * (strongest == InteractionKind.Cart ? 2 : 1));
        }
    }
}
