namespace Notifications.Tests.Groups;

public sealed class RouteTests
{
    private const string Tree = """
        receivers: [{ name: root }, { name: plant }, { name: page }, { name: audit }, { name: db }]
        route:
          receiver: root
          group_by: [alertname]
          routes:
            - { receiver: audit, matchers: [audit=yes], continue: true }
            - receiver: plant
              matchers: [team=plant]
              routes:
                - { receiver: page, matchers: [severity=critical] }
            - { receiver: db, matchers: [team=~"db.*"], group_by: [alertname, site] }
            - { receiver: page, matchers: [severity=critical] }
        """;

    [Theory]
    [InlineData("", "root")]
    [InlineData("team=plant", "plant")]
    [InlineData("team=plant severity=critical", "page")]
    [InlineData("team=plants", "root")]
    [InlineData("team=db1 severity=critical", "db")]
    [InlineData("severity=critical", "page")]
    [InlineData("audit=yes", "audit")]
    [InlineData("audit=yes team=plant severity=critical", "audit page")]
    public void An_alert_takes_the_deepest_routes_that_match(string labels, string expected)
    {
        var root = TestAlerts.Parse(Tree).Root;
        Assert.Equal(expected.Split(' '), root.Match(TestAlerts.Labels(labels)).Select(r => r.Receiver));
    }

    [Theory]
    [InlineData("team=plant", "{alertname=\"hot\"}")]
    [InlineData("team=db site=a", "{alertname=\"hot\", site=\"a\"}")]
    [InlineData("team=db", "{alertname=\"hot\"}")]
    public void A_group_has_the_labels_of_group_by_that_the_alert_has(string labels, string expected)
    {
        var alert = TestAlerts.Firing("s1", 0, labels);
        var route = TestAlerts.Parse(Tree).Root.Match(alert.Labels).Single();
        Assert.Equal(expected, LabelSet.Text(route.GroupLabels(alert.Labels)));
    }

    [Fact]
    public void Grouped_by_all_labels_each_alert_is_a_group()
    {
        var root = TestAlerts.Parse("route: { receiver: a, group_by: [...] }\nreceivers: [{ name: a }]").Root;
        var labels = TestAlerts.Firing("s1", 0, "team=db").Labels;
        Assert.Equal(labels, root.GroupLabels(labels));
    }
}
