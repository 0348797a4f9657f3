using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Rules.Testing;

/// <summary>
/// Tests of rules, in the manner of promtool: series of fields, and what is expected of alerts and expressions at times after
/// the test's start, which is 0 in the time of the events.
/// </summary>
public sealed class RuleTestFile
{
    /// <summary>Paths from the file's directory; they declare their <c>fields</c>.</summary>
    public List<string> RuleFiles { get; set; } = [];

    public List<RuleTest> Tests { get; set; } = [];

    /// <exception cref="FormatException">The text is no such file; the message says where and why.</exception>
    public static RuleTestFile Parse(string text)
    {
        var deserializer = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build();
        try
        {
            return deserializer.Deserialize<RuleTestFile?>(text) ?? throw new FormatException("1:1: expected rule_files and tests, got nothing");
        }
        catch (YamlException e)
        {
            throw new FormatException($"{e.Start.Line}:{e.Start.Column}: {e.InnerException?.Message ?? e.Message}", e);
        }
    }
}

/// <summary>One test: an entity of its own, from its first event on.</summary>
public sealed class RuleTest
{
    public string Name { get; set; } = "";

    /// <summary>The entity's key.</summary>
    public string Entity { get; set; } = "entity";

    /// <summary>From one event to the next, as in <c>30s</c>.</summary>
    public string Interval { get; set; } = "1m";

    public List<InputSeries> InputSeries { get; set; } = [];

    public List<AlertRuleTest> AlertRuleTest { get; set; } = [];

    public List<ExprTest> ExprTest { get; set; } = [];
}

/// <summary>The values of a field, see <see cref="SeriesNotation"/>.</summary>
public sealed class InputSeries
{
    public string Field { get; set; } = "";

    public string Values { get; set; } = "";
}

/// <summary>Exactly these alerts of a rule are pending or firing at a time.</summary>
public sealed class AlertRuleTest
{
    public string EvalTime { get; set; } = "";

    public string Rule { get; set; } = "";

    public List<ExpectedAlert> ExpAlerts { get; set; } = [];
}

/// <summary>What is null is not compared.</summary>
public sealed class ExpectedAlert
{
    /// <summary><c>firing</c> (default) or <c>pending</c>.</summary>
    public string State { get; set; } = "firing";

    public Dictionary<string, string>? Labels { get; set; }

    public string? Message { get; set; }
}

/// <summary>An expression has a value at a time.</summary>
public sealed class ExprTest
{
    public string Expr { get; set; } = "";

    public string EvalTime { get; set; } = "";

    /// <summary>A number within 1e-9 of its size, or the text; empty: missing.</summary>
    public string Value { get; set; } = "";
}
