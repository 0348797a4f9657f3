using System.Text;
using Checkpointing;
using Grains.Fields;
using Grains.Kinds;
using HBase.Client;
using HBase.GrainStorage.Rows;
using Rules.Engine;

namespace Load.Verification;

/// <summary>Holds the rows in HBase against the expectation: a scan of the whole table, no silo asked.</summary>
internal static class StoredStates
{
    private const string Where = "HBase";

    private static readonly FieldTable Fields = new(new KindOptions
    {
        Fields = { ["value"] = new FieldOptions() },
        RecentValues = ExpectedEntity.RecentValues,
    });

    public static async Task CheckAsync(
        string masters, string tableName, Expectation expected, Differences differences, CancellationToken cancellationToken)
    {
        await using var hbase = new HBaseClient(new HBaseClientOptions { Masters = masters });
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var scan = new Scan { Columns = [new Column(Columns.State)] };
        await foreach (var row in hbase.GetTable(tableName).ScanAsync(scan, cancellationToken))
            if (KeyOf(row) is { } key && seen.Add(key))
                Check(key, row, expected, differences);
        foreach (var key in expected.Entities.Keys)
            if (!seen.Contains(key))
                differences.EntityMissing(key, Where);
    }

    private static void Check(string key, Row row, Expectation expected, Differences differences)
    {
        if (!expected.Entities.TryGetValue(key, out var entity))
        {
            differences.EntityWrong(key, Where, "no record of the topic has this key");
            return;
        }

        try
        {
            if (Comparer.Difference(entity, Decode(row, expected.JudgesAlerts)) is { } difference)
                differences.EntityWrong(key, Where, difference);
        }
        catch (InvalidDataException e)
        {
            differences.EntityWrong(key, Where, $"its bytes cannot be read: {e.Message}");
        }
    }

    /// <summary>The entity's key; null when the row is not a state of the job's kind.</summary>
    private static string? KeyOf(Row row)
    {
        var (kind, key, hour) = EntityRows.Parse(row.Key.Span);
        return hour is null && kind.AsSpan().SequenceEqual("entity"u8) ? Encoding.UTF8.GetString(key) : null;
    }

    private static FoundEntity Decode(Row row, bool judgesAlerts)
    {
        var data = row.Value(Columns.State.Span, Columns.Data.Span) ?? throw new InvalidDataException("s:d is missing");
        var bytes = data.Span;
        var ledger = EntityLedger.Read(Guid.NewGuid(), ref bytes);
        var state = EntityState.Read(Fields, RuleProgram.Empty, bytes);
        ref readonly var value = ref state.Number(0);
        var recent = new double[value.RecentCount];
        for (var i = 0; i < recent.Length; i++) recent[i] = value.Recent(state.RecentOf(0), i);
        return new FoundEntity
        {
            Count = value.Count,
            FirstTime = state.FirstTime,
            LastTime = state.LastTime,
            Sum = value.Sum,
            Min = value.Min,
            Max = value.Max,
            EwMean = value.EwMean,
            EwVariance = value.EwVariance,
            Last = value.Last,
            Recent = recent,
            IsFiring = judgesAlerts ? state.Rules.Alerts.Any(a => a.IsFiring) : null,
            Applied = ledger.Sources is [var only] ? only.Applied : -1,
        };
    }
}
