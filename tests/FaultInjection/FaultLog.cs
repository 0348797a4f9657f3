namespace FaultInjection;

/// <summary>What was inflicted, and what of it counts.</summary>
internal sealed class FaultLog
{
    private readonly HashSet<string> _inflicted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);

    public int Inflicted { get; private set; }

    public int Counted { get; private set; }

    public int KindsCounted => _counted.Count;

    public IEnumerable<string> KindsNotCounted => _inflicted.Except(_counted).Order(StringComparer.Ordinal);

    /// <summary>After a fault, what was written was not committed in time.</summary>
    public bool IsStuck { get; private set; }

    public int LoadRestarts { get; set; }

    public void Add(string kind, bool counts, bool recovered)
    {
        Inflicted++;
        _inflicted.Add(kind);
        IsStuck |= !recovered;
        if (!counts) return;
        Counted++;
        _counted.Add(kind);
    }
}
