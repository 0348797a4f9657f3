// Writes rows to the store in the directory given until it is killed, from many writers at once, and prints the key
// of a row once it is acknowledged: "w-n", writer w's n-th. Odd writers commit with a further row "w-n-further".
using System.Globalization;
using System.Text;
using HBase.Client;
using HBase.Embedded;

const int writers = 64;
await using var hbase = new EmbeddedHBase(new EmbeddedHBaseOptions { Path = args[0] });
await hbase.CreateTableAsync(new TableDescriptor("t", [new FamilyDescriptor("f")]));
var table = hbase.GetTable("t");
await Task.WhenAll(Enumerable.Range(0, writers).Select(Write));

async Task Write(int writer)
{
    for (var n = 0; ; n++)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{writer}-{n}");
        if (writer % 2 == 0) await table.MutateAsync(Put(key));
        else await table.CommitAsync(
            new(new(Bytes(key), Bytes("f"), Bytes("q"), default), Put(key), [Put(key + "-further")]));
        lock (table) Console.Out.WriteLine(key);
    }
}

static Put Put(string key) => new Put(Bytes(key)).Add(Bytes("f"), Bytes("q"), Bytes(key));

static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
