using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using HBase.Client;
using Load;

namespace HBaseLoad;

/// <summary>
/// The operations of <c>peers/run hbase-client</c> with this client: the same rows, values, depth and batches, in the same
/// order, a first round to warm up. One line of JSON an operation.
/// </summary>
internal sealed class ClientCommand
{
    private const string Help = """
        client: the operations of ../shared/peers/run hbase-client with HBase.Client, against servers that are up.
          --masters M      host:port (localhost:26000)
          --rows N         100000
          --depth N        calls in flight (128)
          --batch N        operations of a batch (100)
          --batches N      batches in flight (4)
          --value N        bytes of a value (100)
        """;

    private static readonly byte[] _family = "d"u8.ToArray();
    private static readonly byte[] _qualifier = "q"u8.ToArray();
    private static readonly byte[] _counter = "n"u8.ToArray();

    private readonly ITable _table;
    private readonly int _rows;
    private readonly int _depth;
    private readonly int _batch;
    private readonly int _batches;
    private readonly byte[] _value;
    private readonly byte[][] _keys;

    private ClientCommand(ITable table, Arguments arguments)
    {
        _table = table;
        _rows = (int)arguments.Number("rows", 100_000);
        _depth = (int)arguments.Number("depth", 128);
        _batch = (int)arguments.Number("batch", 100);
        _batches = (int)arguments.Number("batches", 4);
        _value = new byte[arguments.Number("value", 100)];
        _value.AsSpan().Fill((byte)'v');
        _keys = [.. Enumerable.Range(0, _rows).Select(i => Encoding.ASCII.GetBytes($"{unchecked((uint)i * 0x9E3779B9):x8}"))];
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, Help);
        await using var client = new HBaseClient(new HBaseClientOptions { Masters = arguments.Text("masters", "localhost:26000") });
        var name = $"bench_dotnet_{Environment.ProcessId}";
        // As the peer's; and with the endpoint, as the tables of this project have it.
        await client.CreateTableAsync(new TableDescriptor(name, [new FamilyDescriptor("d")])
        {
            SplitKeys = ["4"u8.ToArray(), "8"u8.ToArray(), "c"u8.ToArray()],
            GroupCommit = true,
        });
        try
        {
            var run = new ClientCommand(client.GetTable(name), arguments);
            await run.RoundAsync(_ => { });
            await run.RoundAsync(figures => Console.WriteLine(figures.ToJsonString()));
        }
        finally
        {
            await client.DeleteTableAsync(name);
        }

        return 0;
    }

    private async Task RoundAsync(Action<JsonObject> report)
    {
        report(await Clock.RunAsync("put 1 at a time", Math.Min(_rows, 5_000), 1, 1, i => _table.MutateAsync(Put(i))));
        report(await Clock.RunAsync("put", _rows, _depth, 1, i => _table.MutateAsync(Put(i))));
        report(await Clock.RunAsync("get", _rows, _depth, 1, GetAsync));
        report(await Clock.RunAsync("check-and-put", _rows, _depth, 1, i => MustAsync(_table.CheckAndMutateAsync(Is(i), Put(i)))));
        report(await Clock.RunAsync("increment", _rows, _depth, 1, IncrementAsync));
        report(await BatchesAsync("puts", PutsAsync));
        report(await BatchesAsync("check-and-puts", ChecksAsync));
        report(await BatchesAsync("gets", GetsAsync));
        report(await ScanAsync());
    }

    private Task<JsonObject> BatchesAsync(string what, Func<int, ValueTask> call) =>
        Clock.RunAsync($"batch of {_batch} {what}", _rows / _batch, _batches, _batch, group => call(group * _batch));

    private async ValueTask GetAsync(int i)
    {
        if (await _table.GetAsync(new Get(_keys[i])) is null) throw new BenchException($"row {i} is not there");
    }

    private async ValueTask IncrementAsync(int i) => await _table.UpdateAsync(new Increment(_keys[i]).Add(_family, _counter));

    private async ValueTask PutsAsync(int first)
    {
        var puts = new Mutation[_batch];
        for (var i = 0; i < _batch; i++) puts[i] = Put(first + i);
        foreach (var error in await _table.MutateAsync(puts))
            if (error is not null)
                throw error;
    }

    // Commits gather into one atomic call a region: this client's way to many conditional writes. Their writer stamps them, as
    // this project's writers do: what the server is to stamp goes as a check-and-put.
    private async ValueTask ChecksAsync(int first)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var commits = new ConditionalCommit[_batch];
        for (var i = 0; i < _batch; i++)
        {
            var put = new Put(_keys[first + i]).Add(_family, _qualifier, _value, now);
            commits[i] = new ConditionalCommit(Is(first + i), put, []);
        }

        foreach (var result in await _table.BatchAsync(commits))
        {
            if (result.Error is { } error) throw error;
            Must(!result.ConditionFailed);
        }
    }

    private async ValueTask GetsAsync(int first)
    {
        var gets = new Get[_batch];
        for (var i = 0; i < _batch; i++) gets[i] = new Get(_keys[first + i]);
        foreach (var row in await _table.GetAsync(gets))
            if (row is null)
                throw new BenchException("a row is not there");
    }

    private async Task<JsonObject> ScanAsync()
    {
        var (cells, cpu, started) = (0L, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await foreach (var row in _table.ScanAsync(new Scan { Columns = [new(_family, _qualifier)], Caching = 1000 }))
            cells += row.Cells.Count;
        return Clock.Figures("scan", cells, Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - cpu, []);
    }

    private Put Put(int i) => new Put(_keys[i]).Add(_family, _qualifier, _value);

    private Condition Is(int i) => new(_keys[i], _family, _qualifier, _value);

    private static async ValueTask MustAsync(ValueTask<bool> written) => Must(await written);

    private static void Must(bool written)
    {
        if (!written) throw new BenchException("a condition did not hold that does");
    }
}
