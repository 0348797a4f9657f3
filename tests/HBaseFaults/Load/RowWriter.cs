using System.Text;
using HBase.Client;
using HBaseFaults.Model;

namespace HBaseFaults.Load;

/// <summary>Owns some rows, which nobody else writes, so that it knows what must be in them: reads, writes, judges.</summary>
internal sealed partial class RowWriter : Writer
{
    private static readonly byte[] _family = RowModel.Family;

    private readonly ITable _table;
    private readonly Random _random;
    private readonly string _prefix;
    private readonly RowModel[] _rows;
    private readonly (int Weight, Func<Task> Step)[] _steps;

    public RowWriter(Window window, TimeSpan turn, ITable table, int worker, Random random)
        : base(window, turn)
    {
        (_table, _random) = (table, random);
        _prefix = LoadPlan.Prefix(worker);
        _rows =
        [
            .. Enumerable.Range(0, LoadPlan.RowsOfWorker)
                .Select(i => new RowModel(LoadPlan.Key(worker, i)) { IsAhead = i % 8 == 0 }),
        ];
        _steps =
        [
            (18, () => PutAsync(Any())), (6, () => StampAsync(Any())), (6, () => DeleteAsync(Any())),
            (8, () => CheckAsync(Any())), (14, () => CommitAsync(Any())), (4, () => StaleAsync(Any())),
            (8, () => IncrementAsync(Any())), (6, () => AppendAsync(Any())), (8, BatchAsync), (12, () => GetAsync(Any())),
            (6, MultiGetAsync), (4, () => ScanAsync(Scan.Prefix(Encoding.ASCII.GetBytes(_prefix)) with { Caching = 20 })),
        ];
    }

    protected override Task StepAsync()
    {
        var at = _random.Next(_steps.Sum(step => step.Weight));
        foreach (var (weight, step) in _steps)
        {
            if (at < weight) return step();
            at -= weight;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    protected override Task<bool> VerifyAsync() => ScanAsync(Scan.Prefix(Encoding.ASCII.GetBytes(_prefix)));

    private RowModel Any() => _rows[_random.Next(_rows.Length)];

    private RowModel[] AnyFew(int count) => [.. _random.GetItems(_rows, count).Distinct()];

    private async Task GetAsync(RowModel row)
    {
        Row? read = null;
        if (await TryAsync(async () => read = await _table.GetAsync(new Get(row.Key))) is null) Judge(row, read, "get");
    }

    private async Task MultiGetAsync()
    {
        var rows = AnyFew(8);
        IReadOnlyList<Row?> read = [];
        if (await TryAsync(async () => read = await _table.GetAsync([.. rows.Select(row => new Get(row.Key))])) is not null) return;
        for (var i = 0; i < rows.Length; i++) Judge(rows[i], read[i], "multi-get");
    }

    private async Task<bool> ScanAsync(Scan scan)
    {
        var read = new List<Row>();
        var error = await TryAsync(async () =>
        {
            await foreach (var row in _table.ScanAsync(scan)) read.Add(row);
        });
        if (error is not null) return false;
        for (var i = 1; i < read.Count; i++)
        {
            if (read[i - 1].Key.Span.SequenceCompareTo(read[i].Key.Span) >= 0)
                Tally.WasWrong($"{_prefix}: a scan brought its rows out of order, or twice");
        }

        var byKey = read.ToLookup(row => Encoding.ASCII.GetString(row.Key.Span));
        foreach (var row in _rows) Judge(row, byKey[Encoding.ASCII.GetString(row.Key)].FirstOrDefault(), "scan");
        if (byKey.Count > _rows.Length) Tally.WasWrong($"{_prefix}: a scan brought rows that nobody wrote");
        return true;
    }

    private void Judge(RowModel row, Row? read, string how)
    {
        foreach (var (verdict, what) in row.See(read)) Judge(verdict, row, $"{what} as seen by a {how}");
    }

    private void Judge(Verdict verdict, RowModel row, string what)
    {
        if (verdict == Verdict.Right) return;
        var text = $"{Encoding.ASCII.GetString(row.Key)}: {what}";
        if (verdict == Verdict.Lost) Tally.WasLost(text);
        else Tally.WasWrong(text);
    }
}
