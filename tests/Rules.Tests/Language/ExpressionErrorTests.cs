using Rules.Language;

namespace Rules.Tests.Language;

public sealed class ExpressionErrorTests
{
    [Theory]
    [InlineData("temprature > 90", 1, "unknown field 'temprature'; did you mean 'temperature'?")]
    [InlineData("pressure > 90", 1, "unknown field 'pressure'")]
    [InlineData("avg > 90", 1, "unknown field 'avg'; the function is written avg(..)")]
    [InlineData("`humidty` > 90", 1, "unknown field 'humidty'; did you mean 'humidity'?")]
    [InlineData("entty == 'a'", 1, "unknown field 'entty'; did you mean 'entity'?")]
    [InlineData("site > 90", 6, "field 'site' is text: expected == or !=")]
    [InlineData("site == 90", 9, "expected a text, got '90'")]
    [InlineData("temperature = 90", 13, "expected an operator or the end, got '='; did you mean '=='?")]
    [InlineData("temperature => 90", 13, "expected an operator or the end, got '=>'; did you mean '>='?")]
    [InlineData("temperature above 90", 13, "expected an operator or the end, got 'above'")]
    [InlineData("site contans 'a'", 6, "expected an operator or the end, got 'contans'; did you mean 'contains'?")]
    [InlineData("open && open", 6, "expected an operator or the end, got '&&'; did you mean 'and'?")]
    [InlineData("!open", 1, "expected a value, got '!'; did you mean 'not'?")]
    [InlineData("", 1, "expected a value, got the end")]
    [InlineData("temperature >", 14, "expected a value, got the end")]
    [InlineData("temperature > ", 14, "expected a value, got the end")]
    [InlineData("temperature > hot", 15, "unknown field 'hot'")]
    [InlineData("temperature > 9,0", 16, "expected an operator or the end, got ','")]
    [InlineData("temperature > NaN", 15, "unknown field 'NaN'")]
    [InlineData("temperature > 1e999", 15, "expected a number, got '1e999'")]
    [InlineData("temperature > 1.2.3", 15, "expected a number, got '1.2.3'")]
    [InlineData("temperature > 1_000", 15, "expected a number, got '1_000'")]
    [InlineData("temperature > 90 > 3", 18, "expected an operator or the end, got '>'; comparisons do not chain: join them by 'and'")]
    [InlineData("open > 0", 6, "field 'open' is true or false: expected == or !=")]
    [InlineData("open == 1", 9, "expected true or false, got '1'")]
    [InlineData("open and temperature", 10, "expected true or false, got field 'temperature', which is a number")]
    [InlineData("not temperature", 5, "expected true or false, got field 'temperature', which is a number")]
    [InlineData("-site == 1", 2, "expected a number or a duration after '-', got field 'site', which is a text")]
    [InlineData("site + 1 == 2", 6, "'+' does not take a text and a number")]
    [InlineData("at + at == 2", 4, "'+' does not take a time and a time")]
    [InlineData("at - 5min > at", 6, "expected a duration such as 30s, 5m or 1h30m, got '5min'")]
    [InlineData("time - at > 1.5h", 13, "expected a duration such as 30s, 5m or 1h30m, got '1.5h'")]
    [InlineData("time - at > 99999w", 13, "the duration '99999w' is longer than 100 years")]
    [InlineData("(temperature > 1", 17, "expected an operator or ')', got the end")]
    [InlineData("temperature > 1)", 16, "expected an operator or the end, got ')'")]
    [InlineData("site == \"a", 9, "what begins here has no closing \"")]
    [InlineData("site == 'a\\d'", 11, "unknown escape '\\d'; a backslash itself is written '\\\\'")]
    [InlineData("site == '\\u12'", 10, "expected four hexadecimal digits after '\\u'")]
    [InlineData("temperature § 1", 13, "expected an operator or the end, got '§'")]
    [InlineData("temperature in 1", 16, "expected '(', got '1'")]
    [InlineData("temperature in (1 2)", 19, "expected ',' or ')', got '2'")]
    [InlineData("temperature in ()", 17, "expected a value, got ')'")]
    [InlineData("temperature in ('a')", 17, "expected a number, got 'a'")]
    [InlineData("temperature in (humidity)", 17, "expected a number written out, got field 'humidity', which is a number")]
    [InlineData("open not open", 10, "expected 'in', 'contains', 'starts', 'ends' or 'matches', got 'open'")]
    [InlineData("site starts 'a'", 13, "expected 'with', got 'a'")]
    [InlineData("site matches site", 14, "expected a text in quotes, got 'site'")]
    [InlineData("temperature matches 'a'", 1, "expected a text, got field 'temperature', which is a number")]
    [InlineData("site matches '('", 14, "not a regular expression: InsufficientClosingParentheses at its character 2")]
    [InlineData("site matches '(?=a)b'", 14,
        "the regular expression cannot be matched in linear time: no lookaround, back reference, atomic group or large repetition")]
    public void An_error_is_placed(string text, int column, string message) => Check(text, column, message);

    [Theory]
    [InlineData("agv(temperature, 5m) > 1", 1, "unknown function 'agv'; did you mean 'avg'?")]
    [InlineData("avg() > 1", 5, "expected avg(x, 5m)")]
    [InlineData("avg(temperature) > 1", 16, "expected avg(x, 5m)")]
    [InlineData("avg(temperature, 5m, 3) > 1", 22, "expected avg(x, 5m)")]
    [InlineData("avg(temperature 5m) > 1", 17, "expected an operator, ',' or ')', got '5m'")]
    [InlineData("avg(temperature, humidity) > 1", 18,
        "expected a window such as 5m, tumbling 5m, hopping 5m every 1m, session gap 30m or last 20, as in avg(x, 5m)")]
    [InlineData("avg(temperature, tumbling five) > 1", 27, "expected a duration such as 30s, 5m or 1h30m, got 'five'")]
    [InlineData("avg(temperature, hopping 5m) > 1", 28, "expected 'every', got ')'")]
    [InlineData("avg(temperature, session 5m) > 1", 26, "expected 'gap', got '5m'")]
    [InlineData("avg(temperature, hopping 5m every 2m) > 1", 35, "the window's size is not a multiple of its step '2m'")]
    [InlineData("avg(temperature, hopping 1d every 1s) > 1", 35, "the window has 86400 steps: expected at most 1440")]
    [InlineData("avg(temperature, last 0) > 1", 23, "expected an integer of 1 to 10,000, got '0'")]
    [InlineData("avg(temperature, last 2.5) > 1", 23, "expected an integer of 1 to 10,000, got '2.5'")]
    [InlineData("avg(temperature, last 5 offset 1d) > 1", 32, "only sliding, tumbling and hopping windows take an offset")]
    [InlineData("avg(temperature, 5m offset 0s) > 1", 28, "expected a duration longer than 0, got '0s'")]
    [InlineData("avg(temperature, 0s) > 1", 18, "expected a duration longer than 0, got '0s'")]
    [InlineData("avg(temperature, 59ms) > 1", 18, "a sliding window is at least 60ms long, got '59ms'")]
    [InlineData("avg(open, 5m) > 1", 5, "expected a number, got field 'open', which is true or false")]
    [InlineData("avg(temperature where 3, 5m) > 1", 23, "expected true or false, got '3'")]
    [InlineData("avg(temperature whre open, 5m) > 1", 17, "expected an operator, ',' or ')', got 'whre'; did you mean 'where'?")]
    [InlineData("avg(abs(avg(temperature, 1m)), 5m) > 1", 9, "avg(..) cannot be inside of avg(..), which looks at single events")]
    [InlineData("count(anomaly(temperature) > 1, 5m) > 1", 7, "anomaly(..) cannot be inside of count(..), which looks at single events")]
    [InlineData("distinct(at, 5m) > 1", 10, "expected a number or a text, got field 'at', which is a time")]
    [InlineData("count(temperature, 5m) > 1", 7, "expected true or false, got field 'temperature', which is a number")]
    [InlineData("count(open where open, 5m) > 1", 7, "expected count(5m) or count(condition, 5m)")]
    [InlineData("quantile(95, temperature, 5m) > 1", 10, "expected a number from 0 to 1, written out")]
    [InlineData("quantile(temperature, 5m) > 1", 25, "expected quantile(0.95, x, 5m)")]
    [InlineData("ewma(temperature, last 3) > 1", 19, "expected a duration, the half-life, as in ewma(x, 5m)")]
    [InlineData("absent(3)", 8, "expected a duration longer than 0, as in absent(5m) or absent(condition, 5m)")]
    [InlineData("absent(tumbling 5m)", 8, "expected absent(5m) or absent(condition, 5m)")]
    [InlineData("anomaly(temperature, 5m) > 1", 22, "expected anomaly(x)")]
    [InlineData("round(temperature, humidity) > 1", 20, "expected an integer of 0 to 15, written out")]
    [InlineData("least(temperature) > 1", 18, "expected least(x, y) or more of them")]
    [InlineData("coalesce(site, 1) == 'a'", 16, "expected a text, got '1'")]
    [InlineData("hour(temperature) == 1", 6, "expected a time, got field 'temperature', which is a number")]
    [InlineData("abs(temperature where open) == 1", 5, "expected abs(x)")]
    [InlineData("sequence(open, open)", 21, "expected 'within', got the end")]
    [InlineData("sequence() within 1m", 10, "expected 'not' or a value, got ')'")]
    [InlineData("sequence(open times 0) within 1m", 21, "expected an integer of 1 to 1,000, got '0'")]
    [InlineData("sequence(open tmes 2) within 1m", 15, "expected an operator, 'times', ',' or ')', got 'tmes'; did you mean 'times'?")]
    [InlineData("sequence(not open, open) within 1m", 10,
        "a sequence neither begins nor ends with what must not happen; '(not x)' in parentheses is an event for which x does not hold")]
    [InlineData("sequence(open, not open and open, open) within 1m", 25,
        "expected ',' or ')' (put in parentheses all that 'not' is about), got 'and'")]
    [InlineData("sequence(count(5m) > 3) within 1m", 10, "count(..) cannot be inside of sequence(..), which looks at single events")]
    public void An_error_in_a_call_is_placed(string text, int column, string message) => Check(text, column, message);

    [Fact]
    public void A_sequence_has_at_most_64_steps()
    {
        const string open = "open, ";
        ExpressionParser.Parse($"sequence({string.Concat(Enumerable.Repeat(open, 63))}open) within 1m", TestFields.All);
        Check($"sequence({string.Concat(Enumerable.Repeat(open, 64))}open) within 1m", 10 + (64 * open.Length), "a sequence has at most 64 steps");
    }

    [Fact]
    public void An_error_on_a_later_line_has_its_line() => Assert.Equal(
        new RuleError("x", 2, 5, "unknown field 'b'"),
        Assert.Single(Assert.Throws<RuleException>(() => ExpressionParser.Parse("open\nor  b", TestFields.All, "x")).Errors));

    private static void Check(string text, int column, string message) => Assert.Equal(
        new RuleError("expression", 1, column, message),
        Assert.Single(Assert.Throws<RuleException>(() => ExpressionParser.Parse(text, TestFields.All)).Errors));
}
