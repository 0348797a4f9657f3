using Microsoft.Extensions.Time.Testing;
using Notifications.Matching;

namespace Notifications.Tests.Matching;

public sealed class MatchingTests
{
    [Theory]
    [InlineData("a=1", "a=1", true)]
    [InlineData("a=1", "a=2", false)]
    [InlineData("a = \"1\"", "a=1", true)]
    [InlineData("a=\"\"", "b=1", true)]
    [InlineData("a!=1", "b=1", true)]
    [InlineData("a!=1", "a=1", false)]
    [InlineData("a=~\"x|yy\"", "a=yy", true)]
    [InlineData("a=~\"x|yy\"", "a=yyy", false)]
    [InlineData("a=~x.*", "a=xyz", true)]
    [InlineData("a=~.+", "b=1", false)]
    [InlineData("a!~\"x|y\"", "a=xy", true)]
    [InlineData("a!~x", "a=x", false)]
    [InlineData("a=\"\\u0031\"", "a=1", true)]
    public void A_matcher_looks_at_the_whole_value(string matcher, string labels, bool expected)
    {
        var parsed = Matcher.Parse(matcher);
        Assert.Equal(expected, parsed.Matches(TestAlerts.Labels(labels)));
        Assert.Equal(expected, Matcher.Parse(parsed.ToString()).Matches(TestAlerts.Labels(labels)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("=x")]
    [InlineData("a!x")]
    [InlineData("a=\"x")]
    [InlineData("a=\"x\"y")]
    [InlineData("a=x\"")]
    [InlineData("a b=x")]
    [InlineData("a=~\"[\"")]
    [InlineData("a=~\"(?=x)\"")]
    public void What_is_no_matcher_is_refused(string matcher) => Assert.Throws<FormatException>(() => Matcher.Parse(matcher));

    [Theory]
    [InlineData("team=plant", -1, false)]
    [InlineData("team=plant", 0, true)]
    [InlineData("team=plant", 59, true)]
    [InlineData("team=plant", 60, false)]
    [InlineData("team=power", 30, false)]
    public void A_silence_mutes_from_its_begin_until_its_end(string labels, int second, bool expected)
    {
        var silencer = new Silencer(new FakeTimeProvider(TestAlerts.Start));
        silencer.Set([new Silence("1", [Matcher.Parse("team=plant")], "who", "why", TestAlerts.At(0), TestAlerts.At(60))]);
        Assert.Equal(expected, silencer.Mutes(TestAlerts.Labels(labels), TestAlerts.At(second)));
    }

    [Fact]
    public void A_silence_that_is_over_is_dropped_and_one_without_matchers_is_refused()
    {
        var time = new FakeTimeProvider(TestAlerts.Start);
        var silencer = new Silencer(time);
        var silence = new Silence("1", [Matcher.Parse("a=1")], "who", "why", TestAlerts.At(-60), TestAlerts.At(60));
        silencer.Set([silence, silence with { Until = TestAlerts.At(0) }]);
        Assert.Equal(1, silencer.Count);
        Assert.Throws<ArgumentException>(() => silencer.Set([silence with { Matchers = [] }]));
    }

    [Theory]
    [InlineData("severity=critical site=a", "severity=warning site=a", true)]
    [InlineData("severity=critical site=a", "severity=warning site=b", false)]
    [InlineData("severity=critical", "severity=warning", true)]
    [InlineData("severity=critical", "severity=critical", false)]
    [InlineData("severity=info site=a", "severity=warning site=a", false)]
    [InlineData("severity=critical site=a", "severity=info site=a", false)]
    public void A_source_inhibits_a_target_with_equal_labels(string source, string target, bool expected)
    {
        var inhibitor = new Inhibitor([Rule("severity=critical", "severity=warning")]);
        inhibitor.Set(TestAlerts.Firing("s1", 0, source));
        Assert.Equal(expected, inhibitor.Mutes(TestAlerts.Labels(target)));
    }

    [Fact]
    public void A_source_that_has_resolved_inhibits_no_longer()
    {
        var inhibitor = new Inhibitor([Rule("severity=critical", "severity=warning")]);
        var target = TestAlerts.Labels("severity=warning");
        inhibitor.Set(TestAlerts.Firing("s1", 0, "severity=critical"));
        inhibitor.Set(TestAlerts.Firing("s2", 0, "severity=critical"));
        inhibitor.Set(TestAlerts.Resolved("s1", 1, "severity=critical"));
        Assert.True(inhibitor.Mutes(target));
        inhibitor.Set(TestAlerts.Resolved("s2", 1, "severity=critical"));
        Assert.False(inhibitor.Mutes(target));
    }

    [Fact]
    public void Alerts_that_are_both_source_and_target_do_not_inhibit_each_other()
    {
        var inhibitor = new Inhibitor([Rule("severity=~.+", "severity=~\"warning|critical\"")]);
        inhibitor.Set(TestAlerts.Firing("s1", 0, "severity=critical"));
        Assert.False(inhibitor.Mutes(TestAlerts.Labels("severity=warning")));
        inhibitor.Set(TestAlerts.Firing("s2", 0, "severity=page"));
        Assert.True(inhibitor.Mutes(TestAlerts.Labels("severity=warning")));
    }

    private static InhibitRule Rule(string source, string target) =>
        new([Matcher.Parse(source)], [Matcher.Parse(target)], ["site"]);
}
