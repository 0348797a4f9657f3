using Rules.Language;

namespace Rules.Tests.Language;

public sealed class ExpressionParserTests
{
    private static RuleField[] Fields => TestFields.All;

    [Theory]
    [InlineData("temperature > 90", "temperature > 90")]
    [InlineData("90<temperature", "90 < temperature")]
    [InlineData("  temperature\n > -8.5e1 ", "temperature > -85")]
    [InlineData("temperature > .5", "temperature > 0.5")]
    [InlineData("temperature > -(-5)", "temperature > 5")]
    [InlineData("temperature > -0", "temperature > 0")]
    [InlineData("--temperature == 1", "--temperature == 1")]
    [InlineData("-(temperature + 1) < 2", "-(temperature + 1) < 2")]
    [InlineData("temperature - (humidity - 1) > 2 - 3 - 4", "temperature - (humidity - 1) > 2 - 3 - 4")]
    [InlineData("(temperature + 1) * 2 % 3 == 1 + 2 * 3 / 4", "(temperature + 1) * 2 % 3 == 1 + 2 * 3 / 4")]
    [InlineData("(open)", "open")]
    [InlineData("open == true", "open == true")]
    [InlineData("not open or open and not not open", "not open or open and not not open")]
    [InlineData("not (open or open)", "not (open or open)")]
    [InlineData("(open or open) and (open and open)", "(open or open) and (open and open)")]
    [InlineData("not temperature == 1", "not temperature == 1")]
    [InlineData("(not open) == open", "(not open) == open")]
    [InlineData("(temperature > 1) == open", "(temperature > 1) == open")]
    [InlineData("site == 'a\"b\\'\\n\\u0041'", "site == \"a\\\"b'\\nA\"")]
    [InlineData("site in ('a', \"b\")", "site in (\"a\", \"b\")")]
    [InlineData("temperature not in (-1, 2)", "temperature not in (-1, 2)")]
    [InlineData("not temperature in (1)", "temperature not in (1)")]
    [InlineData("site contains 'x' and site starts with 'a' or site not ends with 'b'",
        "site contains \"x\" and site starts with \"a\" or site not ends with \"b\"")]
    [InlineData("site matches '^[a-z]+\\\\d{2}$'", "site matches \"^[a-z]+\\\\d{2}$\"")]
    [InlineData("at - time > 90m", "at - time > 1h30m")]
    [InlineData("at + 5m * 2 < time - -1s / 2", "at + 5m * 2 < time - -1s / 2")]
    [InlineData("5m / 10s == 30", "5m / 10s == 30")]
    [InlineData("entity == 'a' or rule == `entity`", "entity == \"a\" or rule == `entity`")]
    [InlineData("`and` == 1 and `last` == 2 and last > 3", "`and` == 1 and last == 2 and last > 3")]
    [InlineData("`two words\\n` > 1", "`two words\\n` > 1")]
    [InlineData("round(temperature) == round(humidity, 2)", "round(temperature) == round(humidity, 2)")]
    [InlineData("least(temperature, 1, 2) > abs(humidity)", "least(temperature, 1, 2) > abs(humidity)")]
    [InlineData("coalesce(site, 'x') == 'x' and missing(site)", "coalesce(site, \"x\") == \"x\" and missing(site)")]
    [InlineData("hour(time) == 3 and day_of_week(at) in (0, 6)", "hour(time) == 3 and day_of_week(at) in (0, 6)")]
    [InlineData("seconds(at - time) > 3", "seconds(at - time) > 3")]
    [InlineData("avg(temperature, 300s) > 90 and count(5m) >= 3", "avg(temperature, 5m) > 90 and count(5m) >= 3")]
    [InlineData("count(site == 'x', tumbling 5m) > 1", "count(site == \"x\", tumbling 5m) > 1")]
    [InlineData("avg(temperature * 2 where open, hopping 5m every 1m offset 12h) > 1",
        "avg(temperature * 2 where open, hopping 5m every 1m offset 12h) > 1")]
    [InlineData("sum(last, last 20) + max(last, session gap 30m) > 1", "sum(last, last 20) + max(last, session gap 30m) > 1")]
    [InlineData("count(last > 3 or open, 1h) > 1", "count(last > 3 or open, 1h) > 1")]
    [InlineData("avg(temperature, 5m) > 1.5 * avg(temperature, 5m offset 1d)", "avg(temperature, 5m) > 1.5 * avg(temperature, 5m offset 1d)")]
    [InlineData("quantile(0.95, temperature where open, 5m) > ewma(temperature, 10m)",
        "quantile(0.95, temperature where open, 5m) > ewma(temperature, 10m)")]
    [InlineData("distinct(site, last 10000) + distinct(temperature, 1h) > 3", "distinct(site, last 10000) + distinct(temperature, 1h) > 3")]
    [InlineData("absent(5m) or absent(site == 'ok', 5m)", "absent(5m) or absent(site == \"ok\", 5m)")]
    [InlineData("sequence(site == 'denied' times 5, not site == 'reset', open) within 1m",
        "sequence(site == \"denied\" times 5, not site == \"reset\", open) within 1m")]
    [InlineData("sequence((not open) times 1, not not open, not (open or open), not open in (true), (not open) and open) within 60s",
        "sequence((not open), not not open, not (open or open), not open in (true), (not open and open)) within 1m")]
    [InlineData("anomaly(temperature) > 0.999", "anomaly(temperature) > 0.999")]
    public void An_expression_has_a_canonical_text(string text, string expected)
    {
        var expression = ExpressionParser.Parse(text, Fields);
        Assert.Equal(expected, expression.ToString());
        Assert.Equal(expression, ExpressionParser.Parse(expected, Fields));
    }

    [Fact]
    public void A_tree_has_all_that_the_text_says()
    {
        var spec = Assert.IsType<AggregateExpression>(
            ExpressionParser.Parse("quantile(0.5, temperature where open, hopping 1h every 5m offset 1d)", Fields)).Spec;
        Assert.Equal(
            new AggregateSpec(
                AggregateFunction.Quantile,
                new FieldReference(TestFields.Temperature),
                new FieldReference(TestFields.Open),
                new WindowSpec(WindowShape.Hopping, 3_600_000, 300_000, 0, 86_400_000),
                0.5),
            spec);
        var pattern = Assert.IsType<PatternExpression>(
            ExpressionParser.Parse("sequence(open times 5, not open, open == open) within 1m", Fields)).Spec;
        Assert.Equal((60_000, "5 False, 1 True, 1 False"),
            (pattern.Within, string.Join(", ", pattern.Steps.Select(s => $"{s.Times} {s.IsNegated}"))));
    }

    [Fact]
    public void What_is_too_long_or_deep_is_an_error()
    {
        Assert.Equal("the expression is longer than 10000 characters", Problem(new string(' ', 10_001)).Message);
        foreach (var open in new[] { "(", "abs(", "not (", "-(", "coalesce(1, " })
        {
            var problem = Problem(string.Concat(Enumerable.Repeat(open, 10_000 / open.Length)));
            Assert.StartsWith("the expression nests deeper than 100 levels", problem.Message, StringComparison.Ordinal);
        }

        foreach (var part in new[] { "-", "1+", "not ", "open or ", "1 -" })
            Assert.StartsWith(
                "the expression nests deeper than 100 levels",
                Problem(string.Concat(Enumerable.Repeat(part, 9990 / part.Length)) + "open").Message, StringComparison.Ordinal);
        Assert.Equal(
            new NumberLiteral(1), ExpressionParser.Parse($"{new string('(', 100)}1{new string(')', 100)}", Fields));
    }

    [Theory]
    [InlineData(2048, "")]
    [InlineData(192, "the expression nests deeper than the stack of this thread allows")]
    public void A_small_stack_is_an_error_and_no_crash(int kilobytes, string message)
    {
        var text = string.Concat(Enumerable.Repeat("not coalesce((", 49)) + "open" + string.Concat(Enumerable.Repeat("), open)", 49));
        var got = "";
        var thread = new Thread(
            () =>
            {
                try
                {
                    ExpressionParser.Parse(text, Fields);
                }
                catch (RuleException e)
                {
                    got = e.Errors[0].Message;
                }
            },
            maxStackSize: kilobytes * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal(message, got);
    }

    private static RuleError Problem(string text) =>
        Assert.Single(Assert.Throws<RuleException>(() => ExpressionParser.Parse(text, Fields)).Errors);
}
