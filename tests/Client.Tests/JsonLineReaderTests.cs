using System.Text;
using Client.CommandLine;

namespace Client.Tests;

public sealed class JsonLineReaderTests
{
    [Fact]
    public async Task Lines_become_events_whatever_ends_them()
    {
        var (events, broken) = await ReadAsync("\uFEFF{\"a\":1}\r\n\n  {\"a\":2} \n{\"a\":3}", null);
        Assert.Empty(broken);
        Assert.Equal([(null, "{\"a\":1}"), (null, "{\"a\":2}"), (null, "{\"a\":3}")], events);
    }

    [Theory]
    [InlineData("""{"id":"s-1","v":1}""", "s-1")]
    [InlineData("""{"v":{"id":"inner"},"id":"caf\u00e9"}""", "café")]
    [InlineData("""{"id":42}""", "42")]
    [InlineData("""{"id":true}""", "true")]
    public async Task The_key_is_taken_out(string line, string key)
    {
        var (events, _) = await ReadAsync(line, "id");
        Assert.Equal([(key, line)], events);
    }

    [Theory]
    [InlineData("{\"id\":1", null)]
    [InlineData("{\"id\":1} {}", null)]
    [InlineData("nonsense", null)]
    [InlineData("{\"v\":1}", "id")]
    [InlineData("[1]", "id")]
    [InlineData("{\"id\":null}", "id")]
    [InlineData("{\"id\":{}}", "id")]
    public async Task Broken_lines_are_told_with_their_number_and_left_out(string line, string? key)
    {
        var (events, broken) = await ReadAsync($"{{\"id\":0}}\n{line}\n{{\"id\":2}}\n", key);
        Assert.Equal(2, events.Count);
        Assert.Equal(2, Assert.Single(broken));
    }

    [Fact]
    public async Task Lines_that_are_too_long_are_left_out()
    {
        var longer = "\"" + new string('x', JsonLineReader.MaxLineBytes) + "\"";
        var longest = "\"" + new string('x', JsonLineReader.MaxLineBytes * 3) + "\"";
        var (events, broken) = await ReadAsync($"1\n{longer}\n2\n{longest}\n3\n{longest}", null);
        Assert.Equal(["1", "2", "3"], events.Select(e => e.Value));
        Assert.Equal([2, 4, 6], broken);
    }

    [Fact]
    public async Task What_is_not_utf8_is_broken()
    {
        var (events, broken) = await ReadAsync([.. "\""u8, 0xff, .. "\"\n1"u8], null);
        Assert.Single(events);
        Assert.Equal([1], broken);
    }

    private static Task<(List<(string? Key, string Value)> Events, List<long> Broken)> ReadAsync(string text, string? key) =>
        ReadAsync(Encoding.UTF8.GetBytes(text), key);

    private static async Task<(List<(string? Key, string Value)> Events, List<long> Broken)> ReadAsync(
        byte[] bytes, string? key)
    {
        var broken = new List<long>();
        var reader = new JsonLineReader(key, (line, _) => broken.Add(line));
        var events = new List<(string?, string)>();
        await foreach (var item in reader.ReadAsync(new MemoryStream(bytes)))
            events.Add((item.Key, Encoding.UTF8.GetString(item.Value.Span)));
        Assert.Equal(bytes.Length, reader.BytesRead);
        return (events, broken);
    }
}
