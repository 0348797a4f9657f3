using HBase.Client;

namespace HBaseFaults.Kinds;

/// <summary>Splits and merges of regions that were split or merged a moment ago.</summary>
internal static class RegionChange
{
    private const int Attempts = 300;

    /// <summary>
    /// Tries again, for a minute, what the master refuses because the region still refers to its parents' files, which a compaction
    /// rewrites by and by, or because a dead server's log has left something in its folder.
    /// </summary>
    /// <exception cref="HBaseRefusedException">It is refused for another reason, or still.</exception>
    public static async Task WhenPossibleAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await change();
                return;
            }
            catch (HBaseRefusedException e) when (attempt < Attempts && IsTooEarly(e.Message))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }

    private static bool IsTooEarly(string message) =>
        message.Contains("not mergeable", StringComparison.Ordinal) || message.Contains("NOT splittable", StringComparison.Ordinal)
        || message.Contains("Recovered.edits are found", StringComparison.Ordinal);
}
