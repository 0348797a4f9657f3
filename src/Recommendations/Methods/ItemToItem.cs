using System.Buffers;

namespace Recommendations.Methods;

/// <summary>
/// What was in the sessions of the visitor's newest items, each item for itself: the part of its sessions, the young
/// ones counting more, that the neighbour was in too (<see cref="Items.ItemSessions.Neighbours"/>), weighted by the
/// item's position.
/// </summary>
public sealed class ItemToItem(RecommendationOptions options) : IRecommendationMethod
{
    public string Name => MethodNames.ItemToItem;

    public string Reason(string? because) => $"seen with {because}";

    public void Score(RecommendationRequest request, ReadOnlySpan<ContextItem> context, ScoreBoard board)
    {
        foreach (var (item, sessions, weight, _, _) in context[..Math.Min(context.Length, options.CoOccurrenceItems)])
        {
            if (sessions is null)
                continue;
            var sums = ArrayPool<double>.Shared.Rent(sessions.Slots);
            Array.Clear(sums);
            var total = sessions.AddNeighbours(sums, request.Now, options.CoOccurrenceHalfLife, request.Context.Session);
            for (var number = 0; number < sessions.Slots; number++)
            {
                if (sums[number] > 0 && sessions.Id(number) is var neighbour && neighbour.Text != item)
                    board.Add(neighbour, weight * sums[number] / total, item);
            }

            ArrayPool<double>.Shared.Return(sums);
        }
    }
}
