using Notifications.Templates;
using Rules.Language;

namespace Notifications.Tests.Templates;

public sealed class TemplateTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("[{{ status | upper }}:{{alert_count}}] {{ group_labels }}", "[FIRING:2] team=plant")]
    [InlineData("{{ firing_count }}/{{ resolved_count }} {{ receiver }}", "1/1 ops")]
    [InlineData("{{ common_labels.team }}{{ common_labels.entity }}", "plant")]
    [InlineData("{{ common_annotations.value }}", "91.5")]
    [InlineData("{{ common_labels.severity | default \"none\" | upper }}", "NONE")]
    [InlineData("{{ each alerts }}{{ labels.entity }} {{ status }}, {{ end }}.", "s1 firing, s2 resolved, .")]
    [InlineData("{{ each firing }}{{ annotations.message }}{{ end }}", "s1 is hot")]
    [InlineData("{{ each resolved }}{{ id }} {{ starts_at }} {{ ends_at }} {{ receiver }}{{ end }}",
        "sensor/s2#1 2030-01-01T00:00:01.000Z 2030-01-01T00:01:00.000Z ops")]
    [InlineData("{{ each firing }}[{{ ends_at }}]{{ template short }}{{ end }}", "[]<plant>")]
    [InlineData("{{ external_url | truncate 7 }}", "http:/…")]
    [InlineData("{{ receiver | json }}", "\"ops\"")]
    public void A_template_shows_fields_of_the_notification(string template, string expected)
    {
        var templates = new TemplateSet();
        templates.Add("short", templates.Parse("<{{ common_labels.team }}>"));
        Assert.Equal(expected, templates.Parse(template).Render(TestAlerts.Notification()));
    }

    [Theory]
    [InlineData("a {{ status", 2, "'{{' has no '}}'")]
    [InlineData("a {{ }}", 2, "expected a field, got nothing")]
    [InlineData("{{ labels.x }}", 0, "'labels' is of an alert")]
    [InlineData("{{ each alerts }}{{ labls.x }}{{ end }}", 17, "unknown field 'labls.x'; did you mean 'labels'?")]
    [InlineData("{{ status.x }}", 0, "unknown field 'status.x'")]
    [InlineData("{{ status | uper }}", 0, "unknown filter 'uper'; did you mean 'upper'?")]
    [InlineData("{{ status | truncate x }}", 0, "the filter 'truncate' cannot be used so")]
    [InlineData("{{ status | default x }}", 0, "the filter 'default' cannot be used so")]
    [InlineData("{{ each alert }}{{ end }}", 0, "unknown list 'alert'; did you mean 'alerts'?")]
    [InlineData("x{{ each alerts }}", 1, "'each' has no '{{ end }}'")]
    [InlineData("{{ each alerts }}{{ each firing }}{{ end }}{{ end }}", 17, "there is no 'each' inside of 'each'")]
    [InlineData("{{ end }}", 0, "'end' without 'each'")]
    [InlineData("{{ template x }}", 0, "unknown template 'x'")]
    public void What_is_wrong_is_found_when_it_is_parsed(string template, int position, string expected)
    {
        var e = Assert.Throws<ParseException>(() => new TemplateSet().Parse(template));
        Assert.StartsWith(expected, e.Problem.Message, StringComparison.Ordinal);
        Assert.Equal(position, e.Problem.Position);
    }

    [Fact]
    public void What_is_rendered_has_a_bound()
    {
        var long_ = new TemplateSet().Parse(new string('x', TemplateOutput.MaxLength * 2) + "{{ status }}");
        var text = long_.Render(TestAlerts.Notification());
        Assert.Equal(TemplateOutput.MaxLength, text.Length);
        Assert.EndsWith("x…", text, StringComparison.Ordinal);
    }
}
