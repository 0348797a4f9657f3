using System.Diagnostics.Metrics;

namespace HBase.GrainStorage;

/// <summary>The library's meter, <c>HBase.GrainStorage</c>.</summary>
internal static class StorageMetrics
{
    private static readonly Meter Meter = new("HBase.GrainStorage");

    private static readonly Histogram<double> WriteDuration = Meter.CreateHistogram<double>(
        "hbase.storage.write.duration", "s", "Time of a conditional write of a state, from call to answer.");

    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "hbase.storage.conflicts", description: "Writes that lost their condition.");

    private static readonly Counter<long> Unknown = Meter.CreateCounter<long>(
        "hbase.storage.unknown", description: "Writes whose outcome was unknown and was read back.");

    public static void Written(bool written, TimeSpan elapsed)
    {
        WriteDuration.Record(elapsed.TotalSeconds);
        if (!written) Conflicts.Add(1);
    }

    public static void OutcomeUnknown(bool written) =>
        Unknown.Add(1, new KeyValuePair<string, object?>("written", written));
}
