using System.Globalization;
using System.Text.Json;
using HBaseFaults.Load;

namespace HBaseFaults;

/// <summary>What each kind of fault did, as a table and as a line of JSON.</summary>
internal sealed class Report
{
    private static readonly string[] _heads =
        ["fault", "times", "operations", "errors", "unknown", "slowest s", "all again s", "retries", "wrong", "lost"];

    private readonly List<(string Kind, Tally Tally, TimeSpan Recovered)> _entries = [];

    /// <summary>How many faults there were.</summary>
    public int Faults { get; private set; }

    /// <summary>Writers that did not succeed again.</summary>
    public int Stuck { get; set; }

    /// <summary>The kinds of faults that there were, and what there was beside faults.</summary>
    public IEnumerable<string> Kinds => _entries.Select(entry => entry.Kind).Distinct();

    public bool IsGood => Faults > 0 && Stuck == 0 && _entries.All(e => e.Tally is { Wrong: 0, Lost: 0, Untyped: 0 });

    /// <param name="recovered">From the repair until every writer had read back all its rows.</param>
    public void AddFault(string kind, Tally tally, TimeSpan recovered)
    {
        Faults++;
        Add(kind, tally, recovered);
    }

    /// <summary>What happened when there was no fault.</summary>
    public void AddCalm(string name, Tally tally) => Add(name, tally, TimeSpan.Zero);

    public void Print(TextWriter to)
    {
        List<string[]> lines = [_heads, .. _entries.GroupBy(entry => entry.Kind).Select(Line)];
        var widths = Enumerable.Range(0, _heads.Length).Select(i => lines.Max(line => line[i].Length)).ToArray();
        for (var i = 0; i < lines.Count; i++)
        {
            to.WriteLine($"| {string.Join(" | ", lines[i].Zip(widths, (cell, width) => cell.PadRight(width)))} |");
            if (i == 0) to.WriteLine($"|{string.Join('|', widths.Select(width => new string('-', width + 2)))}|");
        }

        to.WriteLine(JsonSerializer.Serialize(new Dictionary<string, long>
        {
            ["faults"] = Faults,
            ["operations"] = Sum(tally => tally.Operations),
            ["errors"] = Sum(tally => tally.Errors.Values.Sum()),
            ["unknown"] = Sum(tally => tally.Unknown),
            ["wrong"] = Sum(tally => tally.Wrong),
            ["lost"] = Sum(tally => tally.Lost),
            ["untyped"] = Sum(tally => tally.Untyped),
            ["stuck"] = Stuck,
        }));
    }

    private static string[] Line(IGrouping<string, (string Kind, Tally Tally, TimeSpan Recovered)> entries)
    {
        var tallies = entries.Select(entry => entry.Tally).ToArray();
        return
        [
            entries.Key, Text(entries.Count()), Text(tallies.Sum(t => t.Operations)), Counts(tallies.Select(t => t.Errors)),
            Text(tallies.Sum(t => t.Unknown)), Text(tallies.Max(t => t.Slowest)), Text(entries.Max(e => e.Recovered)),
            Counts(tallies.Select(t => t.Retries)), Text(tallies.Sum(t => t.Wrong)), Text(tallies.Sum(t => t.Lost)),
        ];
    }

    private static string Counts(IEnumerable<IReadOnlyDictionary<string, long>> tallies)
    {
        var counts = tallies.SelectMany(counts => counts).GroupBy(count => Short(count.Key), count => count.Value);
        var sums = counts.Select(count => (Name: count.Key, Sum: count.Sum())).OrderByDescending(count => count.Sum);
        var text = string.Join(", ", sums.Select(count => $"{count.Name} {count.Sum}"));
        return text.Length == 0 ? "0" : text;
    }

    private static string Short(string name) =>
        name.Replace("HBase", "", StringComparison.Ordinal).Replace("Exception", "", StringComparison.Ordinal);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);

    private void Add(string kind, Tally tally, TimeSpan recovered) => _entries.Add((kind, tally, recovered));

    private long Sum(Func<Tally, long> count) => _entries.Sum(entry => count(entry.Tally));
}
