using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HBase.Client.Connection;
using HBase.Client.Operations;
using HBase.Client.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace HBase.Client.Tests.Diagnostics;

public sealed class RetryDiagnosticsTests : IDisposable
{
    private readonly RecordedLog _log = new();
    private readonly RecordedMetrics _metrics = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RetryPolicy _policy;

    private static readonly string _encoded = new('a', 32);

    public RetryDiagnosticsTests() => _policy = new RetryPolicy(new HBaseClientOptions(), _time, _log);

    public void Dispose()
    {
        _log.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void A_batch_that_failed_says_table_region_server_and_attempt_once_for_each_region()
    {
        var table = new TableRoute("t");
        var (left, right) = (RegionAt(table, "", "m"), RegionAt(table, "m", ""));
        var lane = new Lane(left.Server, null!, _policy, 1, new BatchQueue(1, 1), new MultiCall(1), _ => throw new UnreachableException());
        var failures = new FailedOperations(_policy, lane, 3);
        // A reason that no other test has: what is measured is of the whole process.
        var failure = new Failure(FailureAction.Relocate, false, "it is gone") { ServerException = "a.b.OnlyHereException" };
        failures.Add([Get(table, left), Get(table, left), Get(table, right)], failure);
        Assert.Equal(3, failures.Again.Count);
        Assert.Equal(
            [
                $"Warning: get of t failed in region {_encoded} at server:1, attempt 1; then: Relocate. it is gone",
                $"Information: Region {_encoded} of t is not, or no more, at server:1; it is looked for again.",
                $"Warning: get of t failed in region {_encoded} at server:1, attempt 1; then: Relocate. it is gone",
                $"Information: Region {_encoded} of t is not, or no more, at server:1; it is looked for again.",
            ],
            _log.Lines);
        Assert.Equal([1.0, 1.0, 1.0], _metrics.Of("hbase.client.retries", ("reason", "OnlyHereException")));
    }

    [Fact]
    public void Of_many_that_fail_twenty_a_second_are_told_and_the_number_of_the_others()
    {
        var failure = new Failure(FailureAction.RetryNow, false, "down");
        for (var i = 0; i < 25; i++) _policy.Retries.Add("get", 1, failure);
        Assert.Equal(20, _log.Lines.Count());
        _time.Advance(TimeSpan.FromSeconds(1));
        _policy.Retries.Add("get", 1, failure);
        Assert.Equal(
            ["Warning: .. and 5 more attempts that failed since", "Warning: Attempt 1 of get failed; then: RetryNow. down"], _log.Lines.Skip(20));
    }

    [Fact]
    public void A_region_that_the_server_says_has_moved_is_logged_with_where_it_is_now()
    {
        var table = new TableRoute("t");
        var region = RegionAt(table, "", "");
        table.Relocate(region, new ServerAddress("other", 2), _log);
        table.Relocate(region, new ServerAddress("third", 3), _log); // known to have moved already
        Assert.Equal([$"Information: Region {_encoded} of t is at server:1 no more; it is now at other:2."], _log.Lines);
    }

    [Fact]
    public async Task Waiting_for_what_has_not_happened_yet_is_no_retry()
    {
        var policy = new RetryPolicy(new HBaseClientOptions(), TimeProvider.System, _log);
        var deadline = policy.Start();
        var left = 4;
        Assert.True(await policy.RetryAsync(
            "waiting",
            deadline,
            () => --left switch
            {
                0 => Task.FromResult(true),
                1 => throw new RpcException("", new Failure(FailureAction.RetryNow, false, "busy") { ServerException = "x.OnceException" }),
                _ => throw new RpcException("", new Failure(FailureAction.RetryNow, false, "running") { IsExpected = true }),
            },
            CancellationToken.None));
        Assert.Equal(["Warning: Attempt 3 of waiting failed; then: RetryNow. busy"], _log.Lines);
        Assert.Single(_metrics.Of("hbase.client.retries", ("reason", "OnceException")));
    }

    [Fact]
    public async Task An_operation_that_fails_ends_its_activity_with_the_error()
    {
        using var activities = new RecordedActivities();
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        await using var client = new HBaseClient(new HBaseClientOptions
        {
            Masters = $"127.0.0.1:{port}",
            OperationTimeout = TimeSpan.FromTicks(1),
            LoggerFactory = _log,
        });
        await Assert.ThrowsAsync<HBaseUnavailableException>(() => client.GetTable("t").GetAsync(new Get(new byte[1])).AsTask());
        var activity = activities.One("get t");
        Assert.Equal(ActivityKind.Client, activity.Kind);
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("hbase", activity.GetTagItem("db.system.name"));
        Assert.Equal("t", activity.GetTagItem("db.collection.name"));
        Assert.Equal(typeof(HBaseUnavailableException).FullName, activity.GetTagItem("error.type"));
    }

    private GetOperation Get(TableRoute table, Region region) =>
        new GetOperation(table, new Get(new byte[1]), _policy.Start()) { Region = region };

    private static Region RegionAt(TableRoute table, string start, string end)
    {
        var name = System.Text.Encoding.ASCII.GetBytes($"t,{start},1.{_encoded}.");
        var region = new Region(
            name, System.Text.Encoding.ASCII.GetBytes(start), System.Text.Encoding.ASCII.GetBytes(end), 1, new ServerAddress("server", 1));
        table.Regions.Add(region);
        return region;
    }
}
