using System.Text.Json;
using Client.CommandLine;

namespace Client.Tests;

public sealed class NotificationCommandsTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task A_silence_is_added_once_listed_and_ended()
    {
        var (code, output, _) = await RunAsync(
            "silence", "add", "severity=warning", "site=~\"n|s\"", "--who", "ann", "--why", "works", "--for", "2h", "--from", "2026-01-31T12:00Z", "--json");
        Assert.Equal(ExitCode.Done, code);
        var silence = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["severity=warning", "site=~\"n|s\""], silence.GetProperty("matchers").EnumerateArray().Select(m => m.GetString()));
        Assert.Equal(("ann", "works"), (silence.GetProperty("who").GetString(), silence.GetProperty("why").GetString()));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 14, 0, 0, TimeSpan.Zero), silence.GetProperty("until").GetDateTimeOffset());
        var id = silence.GetProperty("id").GetString()!;

        Assert.Equal((ExitCode.Done, output, ""), await RunAsync("silence", "list", "--json"));
        Assert.Contains(id, (await RunAsync("silence", "list")).Output, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Done, "", ""), await RunAsync("silence", "expire", id));
        Assert.Equal((ExitCode.Done, "", "No silence is set.\n"), await RunAsync("silence", "list"));
        Assert.Equal((ExitCode.NoSuchThing, "", $"There is no silence '{id}'.\n"), await RunAsync("silence", "expire", id));
    }

    [Theory]
    [InlineData("silence", "add", "--who", "ann", "--for", "2h")]
    [InlineData("silence", "add", "severity", "--who", "ann", "--for", "2h")]
    [InlineData("silence", "add", "severity=~\"(\"", "--who", "ann", "--for", "2h")]
    [InlineData("silence", "add", "a=b", "--for", "2h")]
    [InlineData("silence", "add", "a=b", "--who", " ", "--for", "2h")]
    [InlineData("silence", "add", "a=b", "--who", "ann")]
    [InlineData("silence", "add", "a=b", "--who", "ann", "--for", "0")]
    [InlineData("silence", "expire")]
    [InlineData("notifications", "check", "/nowhere/x.yaml")]
    [InlineData("notifications", "test", "nobody")]
    public async Task Wrong_usage_is_2_and_said_on_the_error_output(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.NotEqual("", error);
    }

    [Fact]
    public async Task A_test_says_whether_the_receiver_has_taken_it()
    {
        Assert.Equal((ExitCode.Done, "", "Receiver 'chat' has taken it.\n"), await RunAsync("notifications", "test", "chat"));
        Assert.Equal((ExitCode.Error, "", "Receiver 'down' has not taken it: 503\n"), await RunAsync("notifications", "test", "down"));
    }

    [Theory]
    [InlineData("chat", ExitCode.Done, "The file is right. Receivers: chat.\n")]
    [InlineData("chta", ExitCode.Error, "unknown receiver 'chta'")]
    public async Task A_file_is_checked_without_a_silo(string receiver, int expected, string text)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, $"route: {{ receiver: {receiver} }}\nreceivers: [{{ name: chat }}]\n");
        var (code, output, error) = await Granary.RunAsync(["notifications", "check", path]);
        File.Delete(path);
        Assert.Equal((expected, ""), (code, error));
        Assert.Contains(text, output, StringComparison.Ordinal);
        if (code != ExitCode.Done) Assert.StartsWith($"{path}:1:", output, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        Granary.RunAsync([.. arguments, "--gateway", silo.Gateway, "--timeout", "30s"]);
}
