using Client.CommandLine;
using Rules.Coded;

namespace Client.Tests;

public sealed class RulesCommandsTests : IDisposable
{
    private const string Rules = """
        kind: sensor
        fields: { temperature: number, state: text }
        rules:
          - name: overheating
            when: avg(temperature, 5m) > 90 and count(5m) >= 3
            for: 30s
            labels: { severity: critical }
            message: "{{ entity }} averages {{ avg(temperature, 5m) | round 1 }}"
          - { name: silent, when: absent(5m) }
        """;

    private const string NoRules = "kind: sensor\nfields: { temperature: number }\nrules: []";

    private readonly string _directory = Directory.CreateTempSubdirectory("granary-rules-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Right_files_are_right_and_wrong_ones_say_where()
    {
        var path = Write("rules.yaml", Rules);
        Assert.Equal((ExitCode.Done, "2 rules are right.\n", ""), await Granary.RunAsync(["rules", "check", path]));
        Write("wrong.yaml", Rules.Replace("avg(temperature, 5m) > 90", "avg(temprature, 5m) > 90", StringComparison.Ordinal));
        var (code, output, _) = await Granary.RunAsync(["rules", "check", _directory]);
        Assert.Equal(ExitCode.Error, code);
        Assert.Collection(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            error => Assert.EndsWith("wrong.yaml:5:15: unknown field 'temprature'; did you mean 'temperature'?", error, StringComparison.Ordinal),
            error => Assert.Contains("kind 'sensor' has a rule 'silent' already, at ", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ eval_time: 2m, rule: overheating }", null)]
    [InlineData("{ eval_time: 4m, rule: overheating, exp_alerts: [{ labels: { severity: critical }, message: s1 averages 92 }] }", null)]
    [InlineData("{ eval_time: 3m, rule: overheating, exp_alerts: [{ state: pending }] }", null)]
    [InlineData("{ eval_time: 30m, rule: silent, exp_alerts: [{}] }", null)]
    [InlineData("{ eval_time: 2m, rule: overheating, exp_alerts: [{}] }", "overheating at 2m: expected firing; seen: no alert")]
    [InlineData("{ eval_time: 30m, rule: silent }", "silent at 30m: did not expect firing {} ''")]
    [InlineData("{ eval_time: 2m, rule: silnt }", "unknown rule 'silnt'; did you mean 'silent'?")]
    [InlineData("{ eval_time: soon, rule: silent }", "eval_time: expected a duration")]
    public async Task A_test_says_whether_alerts_are_as_expected(string expected, string? failure)
    {
        Write("rules.yaml", Rules);
        var path = Write("test.yaml", $$"""
            rule_files: [rules.yaml]
            tests:
              - name: it
                interval: 30s
                entity: s1
                input_series: [{ field: temperature, values: '80+4x6' }, { field: state, values: 'open "not open" _x2 openx2' }]
                alert_rule_test: [{{expected}}]
                expr_test: [{ expr: 'avg(temperature, 5m)', eval_time: 1m, value: 84 }, { expr: state, eval_time: 30s, value: not open }]
            """);
        var (code, output, error) = await Granary.RunAsync(["rules", "test", path]);
        Assert.Equal("", error);
        Assert.Equal((failure is null ? ExitCode.Done : ExitCode.Error, failure is null), (code, output == "1 passed, 0 failed\n"));
        Assert.Contains(failure ?? "", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_in_code_are_checked_tested_and_explained_as_those_in_files()
    {
        var fields = Write("fields.yaml", NoRules);
        var test = Write("test.yaml", """
            rule_files: [fields.yaml]
            tests:
              - name: it
                interval: 30s
                entity: s1
                input_series: [{ field: temperature, values: '1 2 3 2' }]
                alert_rule_test:
                  - { eval_time: 1m, rule: rising, exp_alerts: [{ message: s1 has risen 2 times }] }
                  - { eval_time: 90s, rule: rising }
            """);
        var code = $"sensor={typeof(RisingRule).Assembly.Location}";
        Assert.Equal((ExitCode.Done, "1 rules are right.\n", ""), await Granary.RunAsync(["rules", "check", fields, "--code", code]));
        var (exit, errors, _) = await Granary.RunAsync(["rules", "check", fields, "--code", code.Replace("sensor", "senzor", StringComparison.Ordinal)]);
        Assert.Equal(ExitCode.Error, exit);
        Assert.Contains("senzor", errors, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Done, "1 passed, 0 failed\n", ""), await Granary.RunAsync(["rules", "test", test, "--code", code]));
        Assert.Contains("unknown rule 'rising'", (await Granary.RunAsync(["rules", "test", test])).Output, StringComparison.Ordinal);
        Assert.Contains(
            """{"kind":"sensor","keeps":"state of \u0027rising\u0027 in C#","max_bytes":null,"rules":["rising"]}""",
            (await Granary.RunAsync(["rules", "explain", fields, "--code", code, "--json"])).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sensor=absent.dll", "--code: there is no file 'absent.dll'.")]
    [InlineData("nothing", "--code nothing: expected kind=file.dll.")]
    [InlineData("sensor=BIN/xunit.v3.assert.dll", "has no public class that is a CodedRule")]
    [InlineData("sensor=HERE/text.dll", "text.dll cannot be loaded: ")]
    public async Task What_is_wrong_with_code_is_said(string code, string message)
    {
        var fields = Write("fields.yaml", NoRules);
        Write("text.dll", "no assembly");
        code = code.Replace("BIN", AppContext.BaseDirectory, StringComparison.Ordinal).Replace("HERE", _directory, StringComparison.Ordinal);
        var (exit, _, error) = await Granary.RunAsync(["rules", "explain", fields, "--code", code]);
        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_for_a_kind_of_no_file_is_an_error()
    {
        var fields = Write("fields.yaml", NoRules);
        var (exit, _, error) = await Granary.RunAsync(
            ["rules", "explain", fields, "--code", $"sensors={typeof(RisingRule).Assembly.Location}"]);
        Assert.NotEqual(ExitCode.Done, exit);
        Assert.Contains("unknown kind 'sensors'; did you mean 'sensor'?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_gives_the_value_after_each_row_of_each_entity()
    {
        var csv = Write("rows.csv", "at,id,x,note\n2026-01-01T00:00:00Z,a,80,\"x, y\"\n2026-01-01T00:01:00Z,a,100,\n2026-01-01T00:01:00Z,b,1,z\n");
        Assert.Equal(
            (ExitCode.Done, "time,entity,value\n2026-01-01T00:00:00Z,a,80\n2026-01-01T00:01:00Z,a,90\n2026-01-01T00:01:00Z,b,1\n", ""),
            await Granary.RunAsync(["rules", "eval", "avg(x, 5m)", "--input", csv, "--time", "at", "--entity", "id"]));
        var lines = Write("rows.jsonl", """{"t":1,"on":true}""" + "\n\n" + """{"t":2,"on":false}""" + "\n");
        Assert.Equal(
            (ExitCode.Done, """{"time":"1","entity":"","value":"true"}""" + "\n" + """{"time":"2","entity":"","value":"false"}""" + "\n", ""),
            await Granary.RunAsync(["rules", "eval", "on", "--input", lines, "--time", "t", "--json"]));
    }

    [Theory]
    [InlineData("avg(y, 5m)", "t", "1,2", ExitCode.Usage, "unknown field 'y'")]
    [InlineData("x", "when", "1,2", ExitCode.Usage, "has no column 'when'. It has: t, x.")]
    [InlineData("x", "t", "soon,2", ExitCode.Error, "Line 2 is broken: 'soon' in t is no time")]
    [InlineData("x", "t", "", ExitCode.Usage, "has no rows")]
    public async Task Eval_says_what_is_wrong(string expression, string time, string row, int expected, string message)
    {
        var csv = Write("rows.csv", "t,x\n" + row);
        var (code, _, error) = await Granary.RunAsync(["rules", "eval", expression, "--input", csv, "--time", time]);
        Assert.Equal(expected, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_says_what_an_entity_keeps()
    {
        var (code, output, _) = await Granary.RunAsync(["rules", "explain", Write("rules.yaml", Rules), "--json"]);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("\"keeps\":\"avg(temperature, 5m)\"", output, StringComparison.Ordinal);
        Assert.Contains("\"rules\":[\"silent\"]", output, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}

public sealed class RisingRule : CodedRule<RisingRule.Run>
{
    private readonly NumberInput _temperature;

    public RisingRule()
        : base("rising")
    {
        Message = "{{ entity }} has risen {{ value }} times";
        _temperature = Number("temperature");
    }

    protected override Verdict Evaluate(CodedInputs inputs, ref Run state)
    {
        state = inputs[_temperature] > state.Last ? new(inputs[_temperature], state.Length + 1) : default;
        return new(state.Length >= 3, state.Length - 1);
    }

    public record struct Run(double Last, int Length);
}
