using System.Text.Json;
using System.Xml.Linq;
using Client.Backtesting;
using Client.CommandLine;
using Rules.Language;

namespace Client.Tests;

public sealed class BacktestTests(SiloFixture silo) : IClassFixture<SiloFixture>, IDisposable
{
    private const string Rules = """
        kind: sensor
        fields: { value: number, text: text }
        rules:
          - { name: one, when: value == 1, labels: { severity: info }, message: "{{ entity }} is {{ value }}" }
          - { name: silent, when: absent(5m) }
          - { name: two, when: text == "2" }
          - { name: never, when: value > 100 }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("granary-backtest-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_would_have_fired_stands_beside_what_did()
    {
        var (code, output, error) = await RunAsync("--kind", "sensor", "--to", "2026-01-31T13:00Z", "--path", "text=in.text", "--json");
        Assert.Equal((ExitCode.Done, ""), (code, error));
        var documents = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            [
                "backtest s-1 one 12:01-12:02 1", "backtest s-1 silent 12:07- ", "backtest s-1 two 12:02- ",
                "backtest s-2 one 12:01-12:02 1", "backtest s-2 silent 12:07- ", "backtest s-2 two 12:02- ",
                "history s-2 old 12:01-12:02 7",
            ],
            documents.SkipLast(1).Select(Line).Order(StringComparer.Ordinal));
        var one = documents.First(d => d.TryGetProperty("rule", out var rule) && rule.GetString() == "one");
        Assert.Equal(($"{one.GetProperty("entity")} is 1", "info"), (one.GetProperty("message").GetString(), one.GetProperty("labels").GetProperty("severity").GetString()));
        Assert.Equal(
            """{"kind":"sensor","from":"2026-01-31T12:00:00+00:00","to":"2026-01-31T13:00:00+00:00","entities":3,"events":6,"mismatched":0,"rules":["""
            + """{"rule":"one","alerts":2,"entities":2,"medianSeconds":60,"longestSeconds":60,"didFire":0,"didFireEntities":0},"""
            + """{"rule":"silent","alerts":2,"entities":2,"medianSeconds":3180,"longestSeconds":3180,"didFire":0,"didFireEntities":0},"""
            + """{"rule":"two","alerts":2,"entities":2,"medianSeconds":3480,"longestSeconds":3480,"didFire":0,"didFireEntities":0},"""
            + """{"rule":"never","alerts":0,"entities":0,"medianSeconds":0,"longestSeconds":0,"didFire":0,"didFireEntities":0},"""
            + """{"rule":"old","alerts":0,"entities":0,"medianSeconds":0,"longestSeconds":0,"didFire":1,"didFireEntities":1}]}""",
            documents[^1].GetRawText());
    }

    [Fact]
    public async Task People_get_a_table_and_a_chart_and_browsers_another_one()
    {
        var svg = Path.Combine(_directory, "chart.svg");
        var (code, output, error) = await RunAsync("--to", "2026-01-31T13:00Z", "--entity", "s-2", "--svg", svg);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.StartsWith("3 events of 1 entities, 2026-01-31 12:00:00.000Z to 2026-01-31 13:00:00.000Z.\n", output, StringComparison.Ordinal);
        Assert.Matches("one +│ +1 │ +1 │ +1m │ +1m │ +0 │ +0 │", output);
        Assert.Matches("old +│ +0 │ +0 │ +0s │ +0s │ +1 │ +1 │", output);
        Assert.Contains("Alerts in 1m", output, StringComparison.Ordinal);
        Assert.Matches("silent +would +·{7}█·{52} +1", output);
        Assert.Matches("old +would +·{60} +0 *\n +did +·█·{58} +1", output);
        var titles = XDocument.Load(svg).Descendants("{http://www.w3.org/2000/svg}title").Select(title => title.Value).ToList();
        Assert.Contains("1 would have fired, 2026-01-31 12:07:00Z", titles);
        Assert.Contains("1 did fire, 2026-01-31 12:01:00Z", titles);
    }

    [Theory]
    [InlineData(ExitCode.NoSuchThing, "None of 3 entities of kind 'sensor' has events in its history in that time. They are kept from when Kinds:sensor:History is Events", "--to", "2026-01-31")]
    [InlineData(ExitCode.NoSuchThing, "No entity of kind 'sensor' whose key begins with 'x' is found.", "--entity", "x")]
    [InlineData(ExitCode.NoSuchThing, "Kinds: sensor", "--kind", "nokind")]
    [InlineData(ExitCode.Usage, "--from is not before --to", "--from", "2026-02-01", "--to", "2026-01-31")]
    [InlineData(ExitCode.Usage, "declares no field 'x'", "--path", "x=y")]
    [InlineData(ExitCode.Usage, "--path x: expected field=path", "--path", "x")]
    [InlineData(ExitCode.Usage, "there is no such directory", "--svg", "/nowhere/chart.svg")]
    public async Task What_cannot_be_tried_is_told(int expected, string sentence, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.Equal((expected, ""), (code, output));
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_file_that_is_wrong_says_where()
    {
        var (nothing, _, sentence) = await RunFileAsync("kind: sensor\nfields: {}\nrules: []\n");
        Assert.Equal(ExitCode.Usage, nothing);
        Assert.Contains("rules.yaml has no rules.", sentence, StringComparison.Ordinal);
        var (code, _, error) = await RunFileAsync(Rules.Replace("value > 100", "valeu > 100", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Error, code);
        Assert.Contains("rules.yaml:7:26: unknown field 'valeu'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_another_type_is_missing_and_counted()
    {
        RuleField[] fields = [new("n", RuleType.Number, 0), new("t", RuleType.Text, 1), new("b", RuleType.Boolean, 2), new("at", RuleType.Time, 3), new("a.b", RuleType.Number, 4)];
        var reader = new EventReader(fields, new Dictionary<string, string>());

        var right = reader.Read("""{"n":-1.5e3,"t":"","b":false,"at":"1970-01-01T00:00:01Z","a":{"b":2}}""", 5, out var mismatched);
        Assert.Equal((0, 5, -1500.0, 0.0, 1000.0, 2.0), (mismatched, right.Time, right.Number(0), right.Number(2), right.Number(3), right.Number(4)));
        Assert.True(right.Has(1));
        var wrong = reader.Read("""{"n":"1","t":1,"b":"true","at":"soon","a":{"b":{}}}""", 5, out mismatched);
        Assert.Equal(5, mismatched);
        Assert.All(fields, field => Assert.False(wrong.Has(field.Index)));
        var missing = reader.Read("""{"n":null,"a":3}""", 5, out mismatched);
        Assert.Equal(0, mismatched);
        Assert.All(fields, field => Assert.False(missing.Has(field.Index)));
    }

    private static string Line(JsonElement alert) =>
        $"{alert.GetProperty("origin")} {alert.GetProperty("entity")} {alert.GetProperty("rule")} {Time(alert, "firedAt")}-{Time(alert, "resolvedAt")} "
        + (alert.TryGetProperty("value", out var value) ? value.ToString() : "");

    private static string Time(JsonElement alert, string name) => alert.TryGetProperty(name, out var time) ? time.ToString()[11..16] : "";

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunFileAsync(Rules, arguments);

    private async Task<(int Code, string Output, string Error)> RunFileAsync(string rules, params string[] arguments)
    {
        var path = Path.Combine(_directory, "rules.yaml");
        await File.WriteAllTextAsync(path, rules);
        return await Granary.RunAsync(["rules", "backtest", path, .. arguments, "--gateway", silo.Gateway, "--timeout", "30s"]);
    }
}
