using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Rules.Anomaly;
using Rules.Codec;
using Rules.Tests.Anomaly;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var seeds = args.Length > 0 ? int.Parse(args[0]) : 4;
var only = args.Length > 1 ? args[1] : "";

Console.WriteLine($"{"",-28}|{"detector: share of values above",36} {"spikes",7} {"period",7} |{"rolling z-score",20} {"spikes",7}");
Console.WriteLine($"{"series",-28}|{"0.9",9}{"0.99",9}{"0.999",9}{"0.9999",9} {"> .999",7} {"found",7} |{"0.99",10}{"0.999",10} {"> .999",7}");
foreach (var series in Series.All().Where(s => s.Name.Contains(only, StringComparison.Ordinal)))
{
    AnomalyDetector? detector = null;
    var of = Evaluation.Of(series, () => (detector = new AnomalyDetector()).Observe, seeds, () => detector!.Period);
    var plain = Evaluation.Of(series, () => { var z = new RollingZScore(); return (_, value) => z.Observe(value); }, seeds);
    Console.WriteLine($"{series.Name,-28}|{of.Above90,9:0.00000}{of.Above99,9:0.00000}{of.Above999,9:0.00000}{of.Above9999,9:0.00000} "
        + $"{of.Hits,7:0.000} {of.Period,7:0.##} |{plain.Above99,10:0.00000}{plain.Above999,10:0.00000} {plain.Hits,7:0.000}");
}

var noise = new Noise(1);
var values = new double[1 << 20];
for (var i = 0; i < values.Length; i++)
    values[i] = 10 * Math.Sin(2 * Math.PI * i / 288) + noise.Gauss();
var best = 0.0;
var bytes = 0L;
var size = 0;
for (var round = 0; round < 5; round++)
{
    var detector = new AnomalyDetector();
    var before = GC.GetAllocatedBytesForCurrentThread();
    var watch = Stopwatch.StartNew();
    for (var i = 0; i < values.Length; i++)
        detector.Observe(i * 60_000L, values[i]);
    best = Math.Max(best, values.Length / watch.Elapsed.TotalSeconds);
    bytes = GC.GetAllocatedBytesForCurrentThread() - before;
    var buffer = new ArrayBufferWriter<byte>();
    var writer = new ByteWriter(buffer);
    detector.Write(ref writer);
    writer.Flush();
    size = buffer.WrittenCount;
}

Console.WriteLine($"{{\"observations_per_second\":{best:0},\"allocated_bytes_per_observation\":{bytes / (double)values.Length:0.###},"
    + $"\"state_bytes\":{size},\"max_bytes\":{AnomalyDetector.MaxBytes}}}");
