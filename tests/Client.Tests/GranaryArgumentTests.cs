using Client.CommandLine;

namespace Client.Tests;

public sealed class GranaryArgumentTests
{
    [Theory]
    [InlineData]
    [InlineData("nonsense")]
    [InlineData("entity")]
    [InlineData("entity", "get", "sensor")]
    [InlineData("entity", "get", "a/b", "s-1")]
    [InlineData("entity", "get", "sensor", "")]
    [InlineData("entity", "get", "sensor", "s-1", "--gateway", "nowhere")]
    [InlineData("entity", "get", "sensor", "s-1", "--timeout", "soon")]
    [InlineData("entity", "get", "sensor", "s-1", "--timeout", "0")]
    [InlineData("entity", "get", "sensor", "s-1", "--nonsense")]
    [InlineData("entity", "history", "sensor", "s-1", "--from", "yesterday")]
    [InlineData("entity", "history", "sensor", "s-1", "--limit", "0")]
    [InlineData("alert", "ack", "sensor", "s-1", "hot")]
    [InlineData("alert", "ack", "sensor", "s-1", "hot", "--who", " ")]
    [InlineData("recommend", "visitor")]
    [InlineData("recommend", "visitor", "")]
    [InlineData("recommend", "trending", "--count", "0")]
    [InlineData("produce")]
    [InlineData("silo", "--Kafka:X=1")]
    public async Task Wrong_usage_is_2_and_said_on_the_error_output(params string[] arguments)
    {
        var (code, output, error) = await Granary.RunAsync(arguments);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("", output);
        Assert.NotEqual("", error);
    }

    [Fact]
    public async Task Help_tells_the_exit_codes()
    {
        var (code, output, _) = await Granary.RunAsync(["--help"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("cannot reach a silo", output, StringComparison.Ordinal);
        Assert.Contains("silo", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("entity", "get", "sensor", "s-1")]
    [InlineData("entity", "watch", "sensor", "s-1")]
    [InlineData("produce", "readings", "--json")]
    public async Task Without_a_silo_it_is_5_with_what_to_do(params string[] arguments)
    {
        var gateway = $"127.0.0.1:{SiloFixture.FreePort()}";
        var (code, output, error) = await Granary.RunAsync([.. arguments, "--gateway", gateway, "--timeout", "300ms"]);
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Equal("", output);
        Assert.Equal(
            $"Cannot reach a silo at {gateway}. Is one running? Start one with ./granary silo or name it with --gateway.",
            error.Trim());
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("1.5", 1.5)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("3d", 259200)]
    public void Durations_are_read(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1 week")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData("ent", "entity")]
    [InlineData(" rules back", "backtest")]
    [InlineData("alert list --sta", "--state")]
    [InlineData("", "entity")]
    public async Task A_shell_that_asks_is_told_how_to_go_on(string typed, string expected)
    {
        var (code, output, error) = await Granary.RunAsync([$"[suggest:{typed.Length}]", typed]);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Contains(expected, output.Split('\n'));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _granary granary")]
    [InlineData("zsh", "compdef _granary granary")]
    [InlineData("fish", "complete -c granary")]
    public async Task Shells_get_a_script(string shell, string line)
    {
        var (code, output, _) = await Granary.RunAsync(["completion", shell]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await Granary.RunAsync(["completion", "cmd"])).Code);
    }
}
