namespace Load.Verification;

/// <summary>What was found to be other than expected; the first few go to standard error.</summary>
internal sealed class Differences
{
    private const int Shown = 10;

    private readonly HashSet<string> _wrong = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _told = [];

    /// <summary>Entities that differ, in HBase or as a silo answers.</summary>
    public int Wrong => _wrong.Count;

    /// <summary>Entities that are not there, in HBase or as a silo answers.</summary>
    public int Missing => _missing.Count;

    public int AlertsMissing { get; private set; }

    public int AlertsWrong { get; private set; }

    /// <summary>Alerts that came more than once: allowed after a crash.</summary>
    public int Twice { get; private set; }

    public bool None => Wrong + Missing + AlertsMissing + AlertsWrong == 0;

    public void EntityWrong(string entity, string where, string what)
    {
        _wrong.Add(entity);
        Tell("wrong", $"{entity} in {where}: {what}");
    }

    public void EntityMissing(string entity, string where)
    {
        _missing.Add(entity);
        Tell("missing", $"{entity} in {where}");
    }

    public void AlertMissing(AlertKey alert, AlertContent expected)
    {
        AlertsMissing++;
        Tell("alert missing", $"{alert}: {expected}");
    }

    public void AlertWrong(AlertKey alert, string what)
    {
        AlertsWrong++;
        Tell("alert wrong", $"{alert}: {what}");
    }

    public void RuleAlertWrong(string what)
    {
        AlertsWrong++;
        Tell("alert wrong", what);
    }

    public void AlertsTwice(int count) => Twice += count;

    private void Tell(string kind, string what)
    {
        var told = _told[kind] = _told.GetValueOrDefault(kind) + 1;
        if (told <= Shown) Console.Error.WriteLine($"{kind}: {what}");
        if (told == Shown) Console.Error.WriteLine($"{kind}: (no more of these are shown)");
    }
}
