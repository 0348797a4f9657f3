using Checkpointing;
using Grains.Fields;

namespace Grains.Entities;

/// <summary>The newest events of an entity since a time, out of its history.</summary>
internal sealed class PastEvents(long from)
{
    /// <summary>Older ones are left out.</summary>
    public const int MaxCount = 10_000;

    private readonly Dictionary<(string Source, long Offset), HistoryEntry> _events = [];

    /// <summary>The start of the hour that the time is in: a block lies in the hour of all its entries.</summary>
    public long From { get; } = from - (from % 3_600_000);

    public void Add(IEnumerable<HistoryBlock> blocks)
    {
        foreach (var block in blocks.Where(block => block.Kind == HistoryKind.Events)) Add(block);
    }

    public void Add(HistoryBlock block)
    {
        foreach (var e in HistoryReader.Read(block.Content))
            if (e.Time >= from)
                _events[(block.Source, e.Offset)] = e;
        if (_events.Count <= 2 * MaxCount) return;
        foreach (var (place, _) in _events.OrderBy(e => e.Value.Time).Take(_events.Count - MaxCount).ToList()) _events.Remove(place);
    }

    /// <summary>Those that an entity has applied, in the order of their times.</summary>
    public IEnumerable<HistoryEntry> Take(Func<string, long, bool> isApplied) => _events
        .Where(e => isApplied(e.Key.Source, e.Key.Offset))
        .OrderBy(e => e.Value.Time).ThenBy(e => e.Key.Source, StringComparer.Ordinal).ThenBy(e => e.Key.Offset)
        .Select(e => e.Value).TakeLast(MaxCount);
}
