using System.Buffers.Binary;
using System.Net.Sockets;
using HBase.Client.Connection;
using HBase.Client.Protocol;
using HBase.Client.Routing;
using HBase.Client.Tests.Protocol;
using TestKit;
using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;
using Messages = HBase.Client.Protocol.Messages;

namespace HBase.Client.Tests.RealServer;

public sealed class ConnectionTests(RealTable real) : IClassFixture<RealTable>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => real.StartAsync();

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_server_understands_the_golden_frames(bool withVersion)
    {
        var row = $"golden{withVersion}";
        var region = await real.RegionAsync(row);
        using var socket = new TcpClient();
        await socket.ConnectAsync(region.Server.Host, region.Server.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Preamble.Create("root", "ClientService", withVersion));
        var reader = new FrameReader(stream, 1 << 20);
        for (uint call = 1; call <= 2; call++)
        {
            using var frame = GoldenFrameTests.PutIfAbsent(region.Name.ToArray(), B(row));
            frame.Finish(call, "Mutate", TimeSpan.FromSeconds(10));
            await stream.WriteAsync(frame.Frame);
            var (array, length) = reader.Read();
            var answer = ResponseFrame.Parse(array.AsSpan(0, length));
            Assert.Equal((int)call, answer.CallId);
            Assert.Null(answer.Failure);
        }

        // The value is written once; get it with and without cell blocks.
        using var get = new FrameBuffer();
        var parameter = get.BeginRaw(1);
        MutationEncoder.Region(get, 1, region.Name.Span);
        MutationEncoder.Get(get, 2, new Get(B(row)));
        get.End(parameter);
        get.Finish(3, "Get", TimeSpan.FromSeconds(10));
        await stream.WriteAsync(get.Frame);
        var (bytes, size) = reader.Read();
        var parsed = ResponseFrame.Parse(bytes.AsSpan(0, size));
        var message = Messages.GetResponse.Parser.ParseFrom(bytes.AsSpan(parsed.MessageStart, parsed.MessageLength));
        Assert.Equal(withVersion ? 0 : 1, message.Result.Cell.Count);
        Assert.Equal(withVersion, parsed.CellLength > 0);
    }

    [Fact]
    public async Task A_caller_that_blocks_behind_its_batch_holds_up_no_other()
    {
        using var released = new ManualResetEventSlim();
        var blocks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocking = BlockAsync();
        try
        {
            for (var round = 0; round < 50; round++)
            {
                var others = Enumerable.Range(0, 4).Select(WriteAsync).ToArray();
                await Task.WhenAll(others).WaitAsync(TimeSpan.FromSeconds(30));
            }

            await blocks.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.False(blocking.IsCompleted);
        }
        finally
        {
            released.Set();
        }

        await blocking;

        async Task WriteAsync(int caller)
        {
            var puts = Enumerable.Range(0, 20).Select(i => PutOf($"behind{caller}-{i}", 1)).ToArray();
            Assert.All(await real.Table.MutateAsync(puts).ConfigureAwait(false), Assert.Null);
        }

        async Task BlockAsync()
        {
            await WriteAsync(4).ConfigureAwait(false);
            blocks.SetResult();
            released.Wait();
        }
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_reported_as_unknown_and_a_put_is_sent_again()
    {
        var (client, proxy) = await real.ProxiedAsync();
        await using var closing = client;
        await using var alsoClosing = proxy;
        var table = client.GetTable(real.Name);
        var held = proxy.HoldAnswers();
        var commit = table.CommitAsync(Commit("cut1", 0, 1)).AsTask();
        var check = table.CheckAndMutateAsync(If("cut2", 0), PutOf("cut2", 1)).AsTask();
        var put = table.MutateAsync(PutOf("cut3", 1)).AsTask();
        await held;
        proxy.Cut();
        var unknown = await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(() => commit);
        Assert.True(unknown.IsTransient);
        Assert.Equal(real.Name, unknown.Table);
        await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(() => check);
        await put;
        // The next operations find a new connection.
        Assert.InRange(await ValueAsync(table, "cut1"), 0, 1);
        Assert.Equal(1, await ValueAsync(table, "cut3"));
    }

    [Fact]
    public async Task An_update_whose_answer_is_lost_is_sent_again_and_counts_once()
    {
        var (client, proxy) = await real.ProxiedAsync();
        await using var closing = client;
        await using var alsoClosing = proxy;
        var table = client.GetTable(real.Name);
        for (var round = 1; round <= 3; round++)
        {
            var held = proxy.HoldAnswers();
            var increment = table.UpdateAsync(new Increment(B("counted")).Add(Family, Tag, 5)).AsTask();
            var append = table.UpdateAsync(new Append(B("appended")).Add(Family, Tag, B("ab"))).AsTask();
            await held;
            // The server has applied both, or will, before it sees them again.
            proxy.Cut();
            Assert.Equal(5 * round, BinaryPrimitives.ReadInt64BigEndian((await increment).Value(Family, Tag)!.Value.Span));
            Assert.Equal(2 * round, (await append).Value(Family, Tag)!.Value.Length);
        }

        Assert.Equal(15, BinaryPrimitives.ReadInt64BigEndian((await table.GetAsync(new Get(B("counted"))))!.Cells[0].Value.Span));
        Assert.Equal(B("ababab"), (await table.GetAsync(new Get(B("appended"))))!.Cells[0].Value.ToArray());
    }

    [Fact]
    public async Task An_update_whose_answer_is_lost_is_not_sent_to_another_server()
    {
        var (client, proxy) = await real.ProxiedAsync();
        await using var closing = client;
        await using var alsoClosing = proxy;
        var region = await client.LocateAsync(real.Name, B("a"));
        var held = proxy.HoldAnswers();
        var increment = client.GetTable(real.Name).UpdateAsync(new Increment(B("a-moved")).Add(Family, Tag)).AsTask();
        await held;
        client.RegionsOf(real.Name).Move(region, new ServerAddress("localhost", 1));
        proxy.Cut();
        var unknown = await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(() => increment);
        Assert.Contains("localhost:1", unknown.Message);
    }

    [Fact]
    public async Task A_scan_fetches_one_answer_ahead_and_no_more()
    {
        var calls = 0;
        var region = await real.RegionAsync("a");
        await using var proxy = new TcpProxy(region.Server.Host, region.Server.Port)
        {
            Tap = bytes => calls += bytes.Span.IndexOf("\u001a\u0004Scan"u8) >= 0 ? 1 : 0,
        };
        proxy.Start();
        var options = new HBaseClientOptions
        {
            Masters = RealHBase.Masters(),
            AddressMap = new Dictionary<string, string> { [region.Server.ToString()] = $"localhost:{proxy.Port}" },
        };
        await using var client = new HBaseClient(options);
        var table = client.GetTable(real.Name);
        await table.MutateAsync([.. Enumerable.Range(0, 50).Select(i => (Mutation)PutOf($"ahead-{i:D2}", i))]);
        calls = 0;
        await using var rows = table.ScanAsync(Scan.Prefix(B("ahead-")) with { Caching = 5 }).GetAsyncEnumerator();
        for (var i = 1; i <= 50; i++)
        {
            Assert.True(await rows.MoveNextAsync());
            Assert.InRange(calls, 1, ((i - 1) / 5) + 2);
            // Once something else has been asked and answered, the call ahead has been sent long ago.
            if (i % 5 != 1 || i > 45) continue;
            await table.ExistsAsync(new Get(B("ahead-00")));
            Assert.Equal(((i - 1) / 5) + 2, calls);
        }

        Assert.False(await rows.MoveNextAsync());
    }

    [Fact]
    public async Task A_scan_that_is_left_while_it_fetches_waits_for_one_call_and_closes_its_scanner()
    {
        var (client, proxy) = await real.ProxiedAsync();
        await using var closing = client;
        await using var alsoClosing = proxy;
        var table = client.GetTable(real.Name);
        await table.MutateAsync([.. Enumerable.Range(0, 20).Select(i => (Mutation)PutOf($"b-left-{i:D2}", i))]);
        for (var round = 0; round < 20; round++)
        {
            await foreach (var row in table.ScanAsync(Scan.Prefix(B("b-left-")) with { Caching = 1 }))
            {
                if (row.Key.Span[^1] == '3') break;
            }
        }

        await foreach (var row in table.ScanAsync(Scan.Prefix(B("b-left-")) with { Caching = 1 }))
        {
            if (row.Key.Span[^1] == '5') proxy.Cut(); // the call that is under way fails, or the next one
            if (row.Key.Span[^1] == '9') break;
        }

        Assert.True(await table.ExistsAsync(new Get(B("b-left-00"))));
    }

    [Fact]
    public async Task A_commit_that_times_out_is_unknown_and_its_silent_connection_is_given_up()
    {
        var (client, proxy) = await real.ProxiedAsync(o => o.CallTimeout = TimeSpan.FromSeconds(3));
        await using var closing = client;
        await using var alsoClosing = proxy;
        var table = client.GetTable(real.Name);
        var held = proxy.HoldAnswers();
        var commit = table.CommitAsync(Commit("a-late", 0, 1)).AsTask();
        await held;
        var unknown = await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(() => commit);
        Assert.Contains("in flight", unknown.Message);
        proxy.LetThrough();
        Assert.Equal(1, await ValueAsync(table, "a-late"));
    }

    [Fact]
    public async Task What_waits_for_a_silent_server_is_not_sent_there_when_its_region_is_elsewhere()
    {
        var region = await real.RegionAsync("a");
        var opened = 0;
        await using var silent = new TcpProxy(region.Server.Host, region.Server.Port)
        {
            Tap = bytes => opened += bytes.Span.StartsWith("HBas"u8) ? 1 : 0,
        };
        silent.Start();
        await using var client = new HBaseClient(new HBaseClientOptions
        {
            Masters = RealHBase.Masters(),
            CallTimeout = TimeSpan.FromSeconds(2),
            AddressMap = new Dictionary<string, string>
            {
                [region.Server.ToString()] = $"localhost:{silent.Port}",
                ["localhost:2"] = region.Server.ToString(),
            },
        });
        var table = client.GetTable(real.Name);
        await table.GetAsync(new Get(B("a")));
        _ = silent.HoldAnswers();
        var before = opened;
        // Four are under way, one in a call; the others wait.
        var gets = Enumerable.Range(0, 50).Select(_ => table.GetAsync(new Get(B("a"))).AsTask()).ToArray();
        client.RegionsOf(real.Name).Move(await client.LocateAsync(real.Name, B("a")), new ServerAddress("localhost", 2));
        await Task.WhenAll(gets);
        Assert.Equal(before, opened);
    }

    [Fact]
    public async Task Commits_that_cannot_be_sent_wait_until_the_server_is_back()
    {
        var (client, proxy) = await real.ProxiedAsync();
        await using var closing = client;
        await using var alsoClosing = proxy;
        var table = client.GetTable(real.Name);
        await proxy.RefuseAsync();
        // The broken connection may be noticed by the first call only, whose outcome then is unknown: an idempotent one.
        var get = table.GetAsync(new Get(B("back"))).AsTask();
        proxy.Start();
        await get;
        await proxy.RefuseAsync();
        proxy.Start();
        await table.GetAsync(new Get(B("back")));
        Assert.True(await table.CommitAsync(Commit("back", 0, 1)));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_reported_after_the_operation_timeout()
    {
        await using var client = new HBaseClient(new HBaseClientOptions
        {
            Masters = "localhost:1",
            OperationTimeout = TimeSpan.FromMilliseconds(300),
        });
        var error = await Assert.ThrowsAsync<HBaseUnavailableException>(
            async () => await client.GetTable("t").MutateAsync(PutOf("a", 1)));
        Assert.Contains("localhost:1", error.Message);
        await Assert.ThrowsAsync<HBaseUnavailableException>(async () => await client.GetClusterIdAsync());
    }

    [Fact]
    public async Task Cancelling_leaves_the_client_usable()
    {
        using var cancelled = new CancellationTokenSource();
        var held = Enumerable.Range(0, 500)
            .Select(i => real.Table.MutateAsync(PutOf($"cancel{i}", 1), cancelled.Token).AsTask()).ToArray();
        await cancelled.CancelAsync();
        foreach (var task in held)
        {
            try
            {
                await task;
            }
            catch (OperationCanceledException e)
            {
                Assert.Equal(cancelled.Token, e.CancellationToken);
            }
        }

        await real.Table.MutateAsync(PutOf("cancel", 1));
    }

    [Fact]
    public async Task Closing_the_client_fails_what_is_under_way()
    {
        var client = new HBaseClient(new HBaseClientOptions { Masters = TestKit.RealHBase.Masters() });
        var table = client.GetTable(real.Name);
        await table.GetAsync(new Get(B("close")));
        var puts = Enumerable.Range(0, 2000).Select(i => table.MutateAsync(PutOf($"close{i}", 1)).AsTask()).ToArray();
        await client.DisposeAsync();
        foreach (var put in puts)
        {
            try
            {
                await put;
            }
            catch (HBaseException e)
            {
                Assert.True(e is HBaseOutcomeUnknownException or HBaseUnavailableException, e.ToString());
            }
        }

        await Assert.ThrowsAsync<HBaseUnavailableException>(async () => await table.GetAsync(new Get(B("close"))));
    }

    [Fact]
    public async Task Callers_wait_when_too_much_is_queued()
    {
        await using var client = new HBaseClient(new HBaseClientOptions
        {
            Masters = TestKit.RealHBase.Masters(),
            MaxQueuedBytes = 4096,
        });
        var table = client.GetTable(real.Name);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => table.MutateAsync(PutOf($"gate{i}", 1)).AsTask()));
        var count = 0;
        await foreach (var row in table.ScanAsync(Scan.Prefix(B("gate")))) count++;
        Assert.Equal(1000, count);
    }

    [Fact]
    public async Task A_row_larger_than_an_answer_comes_in_parts_and_is_joined()
    {
        var put = new Put(B("parts"));
        for (var i = 0; i < 7; i++) put.Add(Family, B($"q{i}"), new byte[1_000_000]);
        await real.Table.MutateAsync(put);
        await real.Table.MutateAsync(PutOf("parts2", 1));
        var rows = new List<Row>();
        await foreach (var row in real.Table.ScanAsync(Scan.Prefix(B("parts")))) rows.Add(row);
        Assert.Equal([7, 1], rows.Select(r => r.Cells.Count));
    }

    [Fact]
    public async Task A_scan_goes_on_after_its_connection_was_cut()
    {
        var (client, proxy) = await real.ProxiedAsync();
        await using var closing = client;
        await using var alsoClosing = proxy;
        var table = client.GetTable(real.Name);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => table.MutateAsync(PutOf($"scan{i:D3}", 1)).AsTask()));
        var keys = new List<string>();
        await foreach (var row in table.ScanAsync(Scan.Prefix(B("scan")) with { Caching = 10 }))
        {
            keys.Add(System.Text.Encoding.UTF8.GetString(row.Key.Span));
            if (keys.Count % 55 == 0) proxy.Cut();
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"scan{i:D3}"), keys);
    }
}
