using Rules.Language;

namespace Rules.Tests.Language;

public sealed class RuleFilesTests
{
    private static readonly RuleField Temperature = new("temperature", RuleType.Number, 2);
    private static readonly RuleField Site = new("site", RuleType.Text, 0);
    private static readonly RuleField Open = new("open", RuleType.Boolean, 1);

    private static readonly Dictionary<string, IReadOnlyList<RuleField>> Kinds = new()
    {
        ["sensor"] = [Site, Open, Temperature, new("humidity", RuleType.Number, 3)],
        ["free"] = [],
    };

    [Fact]
    public void A_rule_has_all_that_its_file_says()
    {
        var file = Parse("""
            kind: sensor
            lateness: 10s
            rules:
              - name: overheating
                when: "temperature > 90"
                for: 30s
                keep_firing_for: 2m
                resolve: 'temperature < 8.5e1'
                by: [site, open]
                clock: wall
                labels: { severity: page, team: 7, where: "{{ site }}!" }
                message: "{{ entity }} is at {{ avg(temperature, 5m) | round 1 }}, {{ coalesce(site, '}}') }}"
              - name: open
                when:   open   ==true
            """);
        Assert.Equal(("r.yaml", "sensor", 10_000), (file.Name, file.Kind, file.Lateness));
        Assert.Equal(Kinds["sensor"], file.Fields);
        var rule = file.Rules[0];
        Assert.Equal(("overheating", "temperature > 90", "temperature < 85", 30_000, 120_000, true),
            (rule.Name, rule.When.ToString(), rule.Resolve!.ToString(), rule.For, rule.KeepFiringFor, rule.IsWallClock));
        Assert.Equal([Site, Open], rule.By);
        Assert.Equal(["severity=page", "team=7", "where={site}!"], rule.Labels.Select(l => $"{l.Key}={Text(l.Value)}"));
        Assert.Equal("{entity} is at {avg(temperature, 5m)|1}, {coalesce(site, \"}}\")}", Text(rule.Message));
        Assert.Equal(new RuleError("r.yaml", 4, 11, ""), rule.Place);
        var open = file.Rules[1];
        Assert.Equal((null, false, 0), (open.Resolve, open.IsWallClock, open.By.Length));
        Assert.Equal("open == true", open.When.ToString());
    }

    [Fact]
    public void Declared_fields_agree_with_the_kinds_or_are_its_own()
    {
        var subset = Parse("kind: sensor\nfields: { temperature: number, site: text }\nrules: []");
        Assert.Equal([Temperature, Site], subset.Fields);
        var own = Parse("kind: free\nfields: { at: time, n: number }\nrules: []");
        Assert.Equal([new RuleField("at", RuleType.Time, 0), new RuleField("n", RuleType.Number, 1)], own.Fields);
        var alone = RuleFiles.ParseFile("x", "kind: any\nfields: { door: boolean }\nrules: [{ name: a, when: door }]");
        Assert.Equal(("any", "door"), (alone.Kind, alone.Rules[0].When.ToString()));
        var missing = Assert.Throws<RuleException>(() => RuleFiles.ParseFile("x", "kind: any\nrules: []"));
        Assert.Equal("x:1:1: expected the property 'fields', which is missing", missing.Message);
    }

    [Fact]
    public void All_errors_of_all_files_are_told_at_once()
    {
        var e = Assert.Throws<RuleException>(() => RuleFiles.Parse(
            [
                ("a.yaml", "kind: sensor\nrules:\n  - { name: a, when: open == 3, for: x }\n  - { name: b, when: site == 1 }\n"),
                ("b.yaml", "kind: door\nrules: []\n"),
            ], Kinds));
        Assert.Equal(["a.yaml:3:30", "a.yaml:3:38", "a.yaml:4:30", "b.yaml:1:7"], e.Errors.Select(x => $"{x.File}:{x.Line}:{x.Column}"));
        Assert.Contains("a.yaml:3:30: expected true or false, got '3'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_a_kind_share_names_and_lateness()
    {
        const string rules = "\nrules: [{ name: a, when: open }]";
        var e = Assert.Throws<RuleException>(() => RuleFiles.Parse(
            [("a", "kind: sensor" + rules), ("b", "kind: sensor\nlateness: 1s" + rules), ("c", "kind: sensor\nlateness: 2s\nrules: []")], Kinds));
        Assert.Equal(
            ["b:3:17: kind 'sensor' has a rule 'a' already, at a:2:17", "c:2:11: kind 'sensor' has another lateness, at b:2:11"],
            e.Errors.Select(x => x.ToString()));
        var files = RuleFiles.Parse(
            [("a", "kind: sensor" + rules), ("f", "kind: free\nfields: { open: boolean }" + rules), ("b", "kind: sensor\nlateness: 1s\nrules: []")], Kinds);
        Assert.Equal(["a 1000", "f 0", "b 1000"], files.Select(f => $"{f.Name} {f.Lateness}"));
    }

    [Fact]
    public void The_files_of_a_directory_are_read_in_the_order_of_their_names()
    {
        var directory = Directory.CreateTempSubdirectory("rules");
        try
        {
            foreach (var name in new[] { "b.yaml", "a.yml", "c.txt" })
                File.WriteAllText(Path.Combine(directory.FullName, name), $"kind: sensor\nrules: [{{ name: {name}, when: open }}]");
            var files = RuleFiles.Load(directory.FullName, Kinds);
            Assert.Equal(["a.yml", "b.yaml"], files.Select(f => Path.GetFileName(f.Name)));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("30s", 30_000)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1w2d", 777_600_000)]
    public void Durations(string text, long expected)
    {
        Assert.Equal(expected, DurationParser.Parse(text, out _));
        Assert.Equal(text, DurationParser.Text(expected));
    }

    private static string Text(MessageTemplate template) => string.Concat(template.Parts.Select(p =>
        p.Text ?? (p.Decimals is null ? $"{{{p.Expression}}}" : $"{{{p.Expression}|{p.Decimals}}}")));

    private static RuleFile Parse(string text) => Assert.Single(RuleFiles.Parse([("r.yaml", text)], Kinds));
}
