using System.Text;
using Xunit;

namespace HBase.Client.Tests.Rest;

/// <summary>What gateways do when they are unwell, and what callers are told.</summary>
public sealed class RestGatewayTests : IAsyncLifetime
{
    private const string NotServing = "Unavailable\norg.apache.hadoop.hbase.NotServingRegionException: not here\n\tat X";

    private static readonly byte[] _row = "r"u8.ToArray();
    private static readonly byte[] _f = "f"u8.ToArray();

    private readonly FakeGateway _gateway = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Another_gateway_is_asked_when_one_is_not_there()
    {
        await using var client = Client($"http://127.0.0.1:{FakeGateway.FreePort()}", _gateway.Address);
        // Whichever it begins with.
        for (var i = 0; i < 4; i++) await client.GetTable("t").MutateAsync(Put());
        Assert.Equal(4, _gateway.Requests.Count);
        Assert.All(_gateway.Requests, r => Assert.Equal(("PUT", "/base/t/row"), (r.Method, r.Path)));
    }

    [Fact]
    public async Task A_put_is_sent_again_after_a_cut_connection_and_after_an_error_that_passes()
    {
        _gateway.Cut().Answer(503, NotServing).Answer(500);
        await using var client = Client(_gateway.Address);
        await client.GetTable("t").MutateAsync(Put());
        Assert.Equal(4, _gateway.Requests.Count);
    }

    [Fact]
    public async Task A_conditional_write_without_an_answer_is_unknown_and_not_sent_again()
    {
        _gateway.Cut();
        await using var client = Client(_gateway.Address);
        var error = await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(async () => await CheckAsync(client));
        Assert.Equal("t", error.Table);
        Assert.Single(_gateway.Requests);

        _gateway.Answer(503, "Unavailable\njava.io.IOException: sync failed\n");
        await Assert.ThrowsAsync<HBaseOutcomeUnknownException>(async () => await CheckAsync(client));
        Assert.Equal(2, _gateway.Requests.Count);
    }

    [Fact]
    public async Task A_conditional_write_that_certainly_did_nothing_is_sent_again()
    {
        _gateway.Answer(503, NotServing).Answer(304);
        await using var client = Client($"http://127.0.0.1:{FakeGateway.FreePort()}", _gateway.Address);
        Assert.False(await CheckAsync(client));
        Assert.Equal(2, _gateway.Requests.Count);
        Assert.True(await CheckAsync(client));
    }

    [Fact]
    public async Task A_write_that_is_refused_after_an_attempt_without_an_answer_is_refused()
    {
        _gateway.Cut().Answer(404, "Not found\norg.apache.hadoop.hbase.regionserver.NoSuchColumnFamilyException: f\n");
        await using var client = Client(_gateway.Address);
        await Assert.ThrowsAsync<HBaseRefusedException>(async () => await client.GetTable("t").MutateAsync(Put()));
    }

    [Fact]
    public async Task Errors_that_do_not_pass_end_with_the_operation_timeout()
    {
        for (var i = 0; i < 100; i++) _gateway.Answer(503, NotServing);
        await using var client = new HBaseRestClient(
            new HBaseRestOptions { Gateways = [_gateway.Address], OperationTimeout = TimeSpan.FromMilliseconds(100) });
        var error = await Assert.ThrowsAsync<HBaseUnavailableException>(
            async () => await client.GetTable("t").GetAsync(new Get(_row)));
        Assert.Equal("org.apache.hadoop.hbase.NotServingRegionException", error.ServerException);
        await Assert.ThrowsAsync<HBaseUnavailableException>(async () => await client.GetTable("t").MutateAsync(Put()));
    }

    [Fact]
    public async Task User_and_password_are_sent_and_their_refusal_is_reported_at_once()
    {
        _gateway.Answer(200).Answer(401);
        await using var client = new HBaseRestClient(
            new HBaseRestOptions { Gateways = [_gateway.Address], User = "me", Password = "p:ä" });
        await client.GetTable("t").MutateAsync(Put());
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:p:ä"));
        Assert.Equal(expected, _gateway.Requests.First().Authorization);
        await Assert.ThrowsAsync<HBaseSecurityException>(async () => await client.GetTable("t").MutateAsync(Put()));
        Assert.Equal(2, _gateway.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_is_no_set_of_cells_is_a_protocol_error()
    {
        _gateway.Answer(200, "<html>");
        await using var client = Client(_gateway.Address);
        await Assert.ThrowsAsync<HBaseProtocolException>(async () => await client.GetTable("t").GetAsync(new Get(_row)));
    }

    [Fact]
    public async Task What_gateways_cannot_do_is_not_supported_and_not_sent()
    {
        await using var client = Client(_gateway.Address);
        var table = client.GetTable("t");
        var other = new Condition(_row, _f, "other"u8.ToArray(), default);
        await No(async () => await table.CheckAndMutateAsync(other, Put()));
        await No(async () => await table.CheckAndMutateAsync(new(_row, _f, default, default), new Put(_row).Add(_f, default, _f)));
        await No(async () => await table.CheckAndMutateAsync(other, new Delete(_row).Add(new(_f, _f))));
        await No(async () => await table.MutateAsync(new Delete(new byte[] { 0xFF }).Add(new(_f, _f))));
        await No(async () => await table.MutateAsync(new Delete("schema"u8.ToArray()).Add(new(_f, _f))));
        await No(async () => await table.MutateAsync(new Delete(_row).Add(new(_f, _f)).Add(new(_f))));
        await No(async () => await table.MutateAsync(new Delete(_row).Add(new(_f, _f), 1).Add(new(_f, _row), 2)));
        await No(async () => await client.CreateTableAsync(new TableDescriptor("t", [new("f")]) { SplitKeys = [_row] }));
        Assert.Empty(_gateway.Requests);

        static Task No(Func<Task> call) => Assert.ThrowsAsync<NotSupportedException>(call);
    }

    [Theory]
    [InlineData("ftp://a")]
    [InlineData("a:80")]
    [InlineData("http://a/?x=1")]
    public void A_gateway_is_an_http_address(string gateway)
    {
        Assert.Single(new HBaseRestOptions { Gateways = [gateway] }.Validate());
        Assert.Single(new HBaseRestOptions().Validate());
        Assert.Single(new HBaseRestOptions { Gateways = ["https://a:1/b"], User = "x" }.Validate());
        Assert.Empty(new HBaseRestOptions { Gateways = ["https://a:1/b"], User = "x", Password = "y" }.Validate());
    }

    private static HBaseRestClient Client(params string[] gateways) => new(new HBaseRestOptions { Gateways = gateways });

    private static Put Put() => new Put(_row).Add(_f, _f, "v"u8.ToArray());

    private static ValueTask<bool> CheckAsync(HBaseRestClient client) =>
        client.GetTable("t").CheckAndMutateAsync(new Condition(_row, _f, _f, default), Put());
}
