using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using HBase.Client;

// Rows per second of puts, gets and group commits against a real cluster.
// HBaseLoad MASTERS [ROWS=100000] [OUTSTANDING=4096] [REGIONS=4] [VALUE=300] [ROUNDS=2]
var masters = args.Length > 0 ? args[0] : Environment.GetEnvironmentVariable("HBASE_MASTERS") ?? "localhost:26000";
var rows = Argument(1, 100_000);
var outstanding = Argument(2, 4096);
var regions = Argument(3, 4);
var value = new byte[Argument(4, 300)];
var rounds = Argument(5, 2);
new Random(1).NextBytes(value);

await using var client = new HBaseClient(new HBaseClientOptions { Masters = masters });
var name = $"load_{Environment.ProcessId}";
var splits = Enumerable.Range(1, regions - 1).Select(i => (ReadOnlyMemory<byte>)new[] { (byte)(i * 256 / regions) }).ToArray();
await client.CreateTableAsync(new TableDescriptor(name, [new FamilyDescriptor("s")]) { SplitKeys = splits, GroupCommit = true });
try
{
    var table = client.GetTable(name);
    var family = "s"u8.ToArray();
    var payload = "d"u8.ToArray();
    var etag = "e"u8.ToArray();
    var keys = Enumerable.Range(0, rows).Select(Key).ToArray();
    for (var round = 0; round < rounds; round++)
    {
        var version = (round * 2) + 1;
        await RunAsync("put", i => PutAsync(i, version));
        await RunAsync("get", async i => await table.GetAsync(new Get(keys[i])) is not null);
        await RunAsync("commit", i => CommitAsync(i, version, version + 1));
    }

    ValueTask<bool> CommitAsync(int i, int from, int to) => table.CommitAsync(new ConditionalCommit(
        new Condition(keys[i], family, etag, Etag(from)),
        new Put(keys[i]).Add(family, payload, value, to).Add(family, etag, Etag(to), to),
        []));

    async ValueTask<bool> PutAsync(int i, int version)
    {
        await table.MutateAsync(new Put(keys[i]).Add(family, payload, value, version).Add(family, etag, Etag(version), version));
        return true;
    }
}
finally
{
    await client.DeleteTableAsync(name);
}

return 0;

int Argument(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;

static byte[] Key(int i)
{
    var key = new byte[16];
    BinaryPrimitives.WriteUInt32BigEndian(key, (uint)i * 2654435761);
    BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(12), i);
    return key;
}

static byte[] Etag(int version)
{
    var tag = new byte[24];
    BinaryPrimitives.WriteInt32BigEndian(tag, version);
    return tag;
}

async Task RunAsync(string what, Func<int, ValueTask<bool>> run)
{
    var next = -1;
    var wrong = 0;
    var allocated = GC.GetTotalAllocatedBytes();
    var cpu = Environment.CpuUsage.TotalTime;
    var clock = Stopwatch.StartNew();
    await Task.WhenAll(Enumerable.Range(0, outstanding).Select(_ => WorkAsync()));
    var seconds = clock.Elapsed.TotalSeconds;
    var bytes = (GC.GetTotalAllocatedBytes() - allocated) / rows;
    var micros = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / rows;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-7} {rows / seconds,9:N0} rows/s  {bytes,6} B/row allocated  {micros,5:F1} us/row client cpu  {wrong} wrong"));

    async Task WorkAsync()
    {
        while (true)
        {
            var i = Interlocked.Increment(ref next);
            if (i >= rows) return;
            if (!await run(i)) Interlocked.Increment(ref wrong);
        }
    }
}
