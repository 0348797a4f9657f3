using Checkpointing;

namespace Grains.Timers;

/// <summary>What a scan of the rows remembers of the partitions that this silo reads. Not safe for concurrent use.</summary>
/// <param name="scan">The scan's name in the inbox.</param>
internal sealed class ScannedSources<T>(string scan, DueInbox inbox)
    where T : struct
{
    private readonly Dictionary<string, T> _last = [];

    public bool TryGet(ILaneReader reader, out T last) => _last.TryGetValue(reader.Source, out last);

    public void Set(ILaneReader reader, T last) => _last[reader.Source] = last;

    /// <summary>Forgets partitions that are not among these, and what the inbox has for them.</summary>
    public void KeepOnly(IEnumerable<ILaneReader> readers)
    {
        var sources = readers.Select(reader => reader.Source).ToHashSet();
        foreach (var source in _last.Keys.Where(source => !sources.Contains(source)).ToList()) _last.Remove(source);
        inbox.KeepOnly(scan, sources);
    }
}
