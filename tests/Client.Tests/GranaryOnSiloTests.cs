using System.Text;
using System.Text.Json;
using Client.CommandLine;
using Grains.Interfaces;

namespace Client.Tests;

public sealed class GranaryOnSiloTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Get_writes_one_document()
    {
        var (code, output, error) = await RunAsync(["entity", "get", "sensor", "hot-1", "--json"]);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        var document = Documents(output).Single();
        Assert.Equal("sensor", document.GetProperty("kind").GetString());
        Assert.True(document.GetProperty("seen").GetBoolean());
        var value = document.GetProperty("fields").GetProperty("value");
        Assert.Equal(3, value.GetProperty("last").GetDouble());
        Assert.Equal("Infinity", value.GetProperty("max").GetString());
        Assert.Equal("firing", document.GetProperty("alerts")[0].GetProperty("state").GetString());
        Assert.False(document.TryGetProperty("firstTime", out _));
    }

    [Theory]
    [InlineData("get", 1)]
    [InlineData("alerts", 0)]
    [InlineData("history", 0)]
    public async Task An_entity_that_is_not_seen_is_4(string command, int documents)
    {
        var (code, output, error) = await RunAsync(["entity", command, "sensor", "unseen-1", "--json"]);
        Assert.Equal(ExitCode.NoSuchThing, code);
        Assert.Equal(documents, Documents(output).Count);
        Assert.Contains("sensor/unseen-1 is not seen yet", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_that_is_not_configured_is_4()
    {
        var (code, _, error) = await RunAsync(["entity", "get", "nokind", "s-1"]);
        Assert.Equal(ExitCode.NoSuchThing, code);
        Assert.Contains("Kinds: sensor", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("assign", "bob", "assignment", "bob")]
    [InlineData("comment", "the fan is stuck", "comment", null)]
    public async Task An_alert_is_assigned_and_commented(string command, string text, string kind, string? assignedTo)
    {
        var (code, output, error) = await RunAsync(["alert", command, "sensor", "s-1", "hot", text, "--who", "ann", "--json"]);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        var alert = Documents(output).Single();
        var remark = alert.GetProperty("remarks")[0];
        Assert.Equal((kind, "ann", text), (remark.GetProperty("kind").GetString(), remark.GetProperty("who").GetString(), remark.GetProperty("text").GetString()));
        Assert.Equal(assignedTo, alert.TryGetProperty("assignedTo", out var to) ? to.GetString() : null);
    }

    [Fact]
    public async Task Alerts_of_all_entities_are_listed_page_by_page()
    {
        var (code, output, _) = await RunAsync(
            ["alert", "list", "--json", "--label", "severity=critical", "--older-than", "5m", "--state", "firing", "--open"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(["b", "c"], Documents(output).Select(d => d.GetProperty("key").GetString()));
        Assert.Equal(("critical", AlertState.Firing, false), (FakeAlertSearch.Last!.Labels["severity"], FakeAlertSearch.Last.State!.Value, FakeAlertSearch.Last.Acknowledged!.Value));
        Assert.NotNull(FakeAlertSearch.Last.SinceBefore);

        var (_, one, note) = await RunAsync(["alert", "list", "--limit", "1"]);
        Assert.Contains("sensor/b", one, StringComparison.Ordinal);
        Assert.DoesNotContain("sensor/c", one, StringComparison.Ordinal);
        Assert.Contains("more than 1", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entities_of_a_kind_are_listed_page_by_page()
    {
        var (code, output, _) = await RunAsync(["entity", "list", "sensor", "--entity", "s-", "--json"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(["s-1", "s-2"], Documents(output).Select(d => d.GetProperty("key").GetString()));
        Assert.Equal((ExitCode.Done, "s-1\n", ""), await RunAsync(["entity", "list", "sensor", "--limit", "1"]));
        var unknown = await RunAsync(["entity", "list", "nokind"]);
        Assert.Equal((ExitCode.NoSuchThing, ""), (unknown.Code, unknown.Output));
        Assert.Contains("No entity of kind 'nobody'", (await RunAsync(["entity", "list", "nobody"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_are_for_people()
    {
        var (code, output, _) = await RunAsync(["entity", "get", "sensor", "hot-1"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("sensor/hot-1", output, StringComparison.Ordinal);
        Assert.Contains("EW mean", output, StringComparison.Ordinal);
        Assert.Contains("firing", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_is_cut_to_range_and_limit()
    {
        var all = await RunAsync(["entity", "history", "sensor", "s-1", "--json"]);
        Assert.Equal([0, 1, 2], Documents(all.Output).Select(d => d.GetProperty("event").GetProperty("value").GetInt32()));
        var some = await RunAsync(["entity", "history", "sensor", "s-1", "--json", "--from", "2026-01-31T12:01Z", "--limit", "1"]);
        Assert.Equal([1], Documents(some.Output).Select(d => d.GetProperty("offset").GetInt32()));
        var none = await RunAsync(["entity", "history", "sensor", "s-1", "--json", "--to", "2026-01-31"]);
        Assert.Equal((ExitCode.Done, ""), (none.Code, none.Output));
    }

    [Fact]
    public async Task An_acknowledgement_is_repeated_with_one_id_until_it_is_durable()
    {
        var key = $"flaky-{Guid.NewGuid():N}";
        var (code, output, _) = await RunAsync(
            ["alert", "ack", "sensor", key, "hot", "--who", "ann", "--why", "seen it", "--json"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("ann", Documents(output).Single().GetProperty("acknowledgedBy").GetString());
        var commands = FakeEntity.Commands[$"sensor/{key}"];
        Assert.Equal(3, commands.Count);
        var (id, context) = Assert.Single(commands.Distinct());
        Assert.Equal(id.ToString("N"), context);
    }

    [Fact]
    public async Task Acknowledging_what_is_not_active_is_4()
    {
        var (code, output, error) = await RunAsync(["alert", "ack", "sensor", "hot-1", "cold", "--who", "ann"]);
        Assert.Equal((ExitCode.NoSuchThing, ""), (code, output));
        Assert.Contains("Active: hot", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_leaves_broken_lines_out_and_says_so()
    {
        var topic = $"t-{Guid.NewGuid():N}";
        var (code, output, error) = await RunAsync(
            ["produce", topic, "-", "--key", "id", "--json"], "{\"id\":\"a\"}\nbroken\n{\"id\":\"b\"}\n");
        Assert.Equal(ExitCode.PartlyDone, code);
        Assert.Contains("Line 2 is broken", error, StringComparison.Ordinal);
        var summary = Documents(output).Single();
        Assert.Equal((2, 1), (summary.GetProperty("acknowledged").GetInt32(), summary.GetProperty("broken").GetInt32()));
        Assert.Equal(
            [("a", "{\"id\":\"a\"}"), ("b", "{\"id\":\"b\"}")],
            FakeGateway.Topics[topic].SelectMany(b => b).Select(e => (e.Key, Encoding.UTF8.GetString(e.Value.Span))));
    }

    [Fact]
    public async Task Produce_reads_a_file_whole()
    {
        var topic = $"t-{Guid.NewGuid():N}";
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 50_000).Select(i => $$"""{"id":"{{i % 100}}","n":{{i}}}"""));
        var (code, _, error) = await RunAsync(["produce", topic, file, "--key", "id", "--json"]);
        File.Delete(file);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        var numbers = FakeGateway.Topics[topic].SelectMany(b => b)
            .Select(e => JsonDocument.Parse(e.Value).RootElement.GetProperty("n").GetInt32());
        Assert.Equal(Enumerable.Range(0, 50_000), numbers);
    }

    [Theory]
    [InlineData("{}\nbroken\n{}\n", ExitCode.PartlyDone, 1)]
    [InlineData("broken\n{}\n", ExitCode.Error, 0)]
    public async Task Strict_stops_at_a_broken_line(string input, int expected, int acknowledged)
    {
        var (code, output, error) = await RunAsync(["produce", $"t-{Guid.NewGuid():N}", "--strict", "--json"], input);
        Assert.Equal(expected, code);
        Assert.Equal(acknowledged, Documents(output).Single().GetProperty("acknowledged").GetInt32());
        Assert.Contains($"Line {acknowledged + 1} is broken", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_nobody_reads_is_4()
    {
        var (code, _, error) = await RunAsync(["produce", "nobody"], "{}\n");
        Assert.Equal(ExitCode.NoSuchThing, code);
        Assert.Contains("Topics that are read: readings", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_2()
    {
        var (code, _, error) = await RunAsync(["produce", "readings", "/nowhere/x.jsonl"]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("/nowhere/x.jsonl", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_of_unknown_outcome_is_not_sent_again()
    {
        var topic = $"stops-{Guid.NewGuid():N}";
        var lines = string.Concat(Enumerable.Repeat("{}\n", 30_000));
        var (code, output, error) = await RunAsync(["produce", topic, "--json"], lines);
        Assert.Equal(ExitCode.PartlyDone, code);
        var summary = Documents(output).Single();
        Assert.Equal(FakeGateway.Topics[topic].Single().Length, summary.GetProperty("acknowledged").GetInt32());
        Assert.True(summary.GetProperty("unknown").GetInt32() > 0);
        Assert.Contains("is unknown", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_writes_what_changes_and_ends_with_0()
    {
        using var ctrlC = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var (code, output, _) = await RunAsync(["entity", "watch", "sensor", "s-1", "--json"], "", ctrlC.Token);
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("s-1", Assert.Single(Documents(output)).GetProperty("key").GetString());
    }

    private Task<(int Code, string Output, string Error)> RunAsync(
        string[] arguments, string input = "", CancellationToken cancellationToken = default) =>
        Granary.RunAsync([.. arguments, "--gateway", silo.Gateway, "--timeout", "30s"], input, cancellationToken);

    private static List<JsonElement> Documents(string output) => [.. output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement)];
}
