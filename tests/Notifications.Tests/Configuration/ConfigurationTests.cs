using Notifications.Configuration;
using Rules.Language;

namespace Notifications.Tests.Configuration;

public sealed class ConfigurationTests
{
    private const string Whole = """
        route:
          receiver: everyone
          group_by: [alertname, site]
          group_wait: 10s
          routes:
            - receiver: plant
              matchers: [severity="critical", team=~"plant|power"]
              repeat_interval: 1h
              mute_time_intervals: [nights]
              continue: true
            - receiver: plant
              matchers: [team!=plant]
              group_by: [...]
              active_time_intervals: [nights]
        receivers:
          - name: everyone
          - name: plant
            webhook_configs:
              - { url: "https://a.test/hook", secret: s, max_alerts: 3, http_config: { authorization: { credentials: t } } }
            alertmanager_configs: [{ url: "http://a.test:9093" }]
            email_configs: [{ to: "a@a.test, b@b.test", from: Granary <g@a.test>, smarthost: "a.test:25", require_tls: false }]
            slack_configs: [{ api_url: "https://a.test/slack", send_resolved: true, text: '{{ template short }}' }]
            kafka_configs: [{ topic: notifications }]
        inhibit_rules:
          - { source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [entity] }
        time_intervals:
          - name: nights
            time_intervals: [{ times: [{ start_time: '22:00', end_time: '24:00' }], weekdays: ['monday:friday'], location: Europe/Berlin }]
        templates: { short: '{{ status | upper }}' }
        """;

    [Fact]
    public void All_properties_are_read()
    {
        var read = TestAlerts.Parse(Whole);
        Assert.Equal(["everyone", "plant"], read.ReceiverNames);
        Assert.Equal(
            [
                "everyone/none/0 True", "plant/webhook/0 True", "plant/alertmanager/0 True", "plant/email/0 False",
                "plant/slack/0 True", "plant/kafka/0 True",
            ],
            read.Receivers.SelectMany(r => r.Integrations).Select(i => $"{i.Id} {i.SendResolved}"));
        var webhook = read.Receivers[1].Integrations.OfType<WebhookIntegration>().Single();
        Assert.Equal((new Uri("https://a.test/hook"), "s", "Bearer t", 3), (webhook.Url, webhook.Secret, webhook.Authorization, webhook.MaxAlerts));
        var email = read.Receivers[1].Integrations.OfType<EmailIntegration>().Single();
        Assert.Equal(("a.test", 25, false), (email.Host, email.Port, email.RequireTls));
        Assert.Equal(["a@a.test", "b@b.test"], email.To);
        var rule = Assert.Single(read.InhibitRules);
        Assert.Equal(["entity"], rule.Equal);
    }

    [Fact]
    public void A_route_inherits_what_it_does_not_say_but_not_its_times()
    {
        var root = TestAlerts.Parse(Whole).Root;
        Assert.Equal((10_000, 300_000, 14_400_000), (root.GroupWait, root.GroupInterval, root.RepeatInterval));
        var (first, second) = (root.Routes[0], root.Routes[1]);
        Assert.Equal((10_000, 300_000, 3_600_000), (first.GroupWait, first.GroupInterval, first.RepeatInterval));
        Assert.Equal(["alertname", "site"], first.GroupBy);
        Assert.Null(second.GroupBy);
        Assert.Equal("""{}/{severity="critical",team=~"plant|power"}""", first.Path);
        Assert.True(first.Continue);
        Assert.Equal((1, 0), (first.MuteTimes.Length, first.ActiveTimes.Length));
        Assert.Equal((0, 1), (second.MuteTimes.Length, second.ActiveTimes.Length));
    }

    [Fact]
    public void A_secret_may_be_in_a_file_beside_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "secret"), "abc\n");
        var file = Path.Combine(folder.Path, "notify.yaml");
        File.WriteAllText(file, """
            route: { receiver: a }
            receivers: [{ name: a, webhook_configs: [{ url: "http://a.test", secret_file: secret }] }]
            """);
        var webhook = NotificationConfiguration.Load(file).Receivers[0].Integrations.OfType<WebhookIntegration>().Single();
        Assert.Equal("abc", webhook.Secret);
    }

    [Theory]
    [InlineData("route: { receiver: opps }", "1:20: unknown receiver 'opps'; did you mean 'ops'?")]
    [InlineData("route: { receiver: ops, groupby: [a] }", "1:25: unknown property 'groupby'; did you mean 'group_by'?")]
    [InlineData("route: { receiver: ops, continue: true }", "1:35: 'continue' is not for the first route: it takes every alert")]
    [InlineData("route: { receiver: ops, group_wait: 5 }", "1:37: expected a duration such as 30s, 5m or 1h30m, got '5'")]
    [InlineData("route: { receiver: ops, group_interval: 0s }", "1:41: 'group_interval' must be longer than 0")]
    [InlineData("route: { receiver: ops, routes: [{ matchers: [a] }] }",
        """1:47: expected a matcher such as severity="critical" with =, !=, =~ or !~""")]
    [InlineData("route: { receiver: ops, routes: [{ matchers: ['a=~\"(\"'] }] }", "1:51: the regular expression cannot be used")]
    [InlineData("route: { receiver: ops, routes: [{ matchers: ['a=~\"(x)\\\\1\"'] }] }", "1:51: the regular expression cannot be used")]
    [InlineData("route: { receiver: ops, routes: [{ continue: yes }] }", "1:46: expected true or false, got 'yes'")]
    [InlineData("route: { receiver: ops, routes: [{ mute_time_intervals: [x] }] }", "1:58: unknown time interval 'x'")]
    [InlineData("route: { receiver: ops, routes: [{ matchers: [a=b] }, { matchers: [a=b] }] }",
        "1:55: there is a route with these matchers and receiver 'ops' already")]
    [InlineData("route: { receiver: ops }\ninhibit_rules: [{ source_matchers: [a=b] }]",
        "2:17: expected the property 'target_matchers', which is missing")]
    [InlineData("route: { receiver: ops }\ntemplates: { a: '{{ statas }}' }", "2:18: unknown field 'statas'; did you mean 'status'?")]
    [InlineData("route: { receiver: ops }\ntemplates: { a: '{{ template b }}', b: x }", "2:18: unknown template 'b'")]
    [InlineData("route: { receiver: ops }\ntime_intervals: [{ name: n, time_intervals: [{ weekdays: [mon] }] }]",
        "2:59: expected a weekday such as monday or monday:friday, got 'mon'")]
    [InlineData("route: { receiver: ops }\ntime_intervals: [{ name: n, time_intervals: [{ location: Berlin }] }]",
        "2:58: unknown time zone 'Berlin'")]
    [InlineData(
        "route: { receiver: ops }\ntime_intervals: [{ name: n, time_intervals: [{ times: [{ start_time: '22:00', end_time: '06:00' }] }] }]",
        "2:89: expected an end_time after start_time")]
    public void What_is_wrong_is_told_with_its_place(string yaml, string expected)
    {
        var e = Assert.Throws<RuleException>(() => TestAlerts.Parse($"{yaml}\nreceivers: [{{ name: ops }}]"));
        Assert.StartsWith($"notify.yaml:{expected}", Assert.Single(e.Errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: ops, webhook_configs: [{ }]", "expected the property 'url', which is missing")]
    [InlineData("name: ops, webhook_configs: [{ url: 'ftp://a' }]", "expected a URL with http or https")]
    [InlineData("name: ops, webhook_configs: [{ url: 'http://a', secret_file: nowhere }]", "the file cannot be read")]
    [InlineData("name: ops, webhook_configs: [{ url: 'http://a', max_alerts: -1 }]", "expected a whole number, got '-1'")]
    [InlineData("name: ops, email_configs: [{ to: a@a.test, from: a@a.test, smarthost: a.test }]", "expected a host and port")]
    [InlineData("name: ops, email_configs: [{ to: nobody, from: a@a.test, smarthost: 'a.test:25' }]", "expected an address")]
    [InlineData("name: ops, email_configs: [{ to: a@a.test, from: a@a.test, smarthost: 'a.test:25', auth_username: u }]",
        "expected both auth_username and auth_password, or neither")]
    [InlineData("name: ops, kafka_configs: [{ }]", "expected the property 'topic', which is missing")]
    [InlineData("name: ops, slak_configs: []", "unknown property 'slak_configs'; did you mean 'slack_configs'?")]
    [InlineData("name: ops }, { name: ops", "there is a receiver 'ops' already")]
    public void What_is_wrong_with_a_receiver_is_told(string receiver, string expected)
    {
        var e = Assert.Throws<RuleException>(
            () => TestAlerts.Parse($"route: {{ receiver: ops }}\nreceivers: [{{ {receiver} }}]"));
        Assert.StartsWith(expected, Assert.Single(e.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_the_documentation_is_right()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "notifications.md"));
        var example = text.Split("```yaml")[1].Split("```")[0]
            .Replace("secret_file: hook.secret", "secret: x", StringComparison.Ordinal)
            .Replace("api_url_file: slack.url", "api_url: https://slack.example.com", StringComparison.Ordinal)
            .Replace("auth_password_file: mail.password", "auth_password: x", StringComparison.Ordinal);
        Assert.Equal(5, TestAlerts.Parse(example).ReceiverNames.Count());
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var e = Assert.Throws<RuleException>(() => TestAlerts.Parse("route: { receiver: a, group_wait: x }\nreceivers: [{}]"));
        Assert.Equal(3, e.Errors.Count);
    }
}
