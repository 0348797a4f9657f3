using System.Collections.Immutable;
using Notifications.Matching;
using Notifications.Templates;
using Rules.Language;
using YamlDotNet.RepresentationModel;

namespace Notifications.Configuration;

/// <summary>Reads a notification file. Goes on after an error, so that all are told at once.</summary>
internal sealed class ConfigurationParser(YamlValues values)
{
    private static readonly ImmutableArray<string> Properties =
        ["route", "receivers", "inhibit_rules", "time_intervals", "templates"];

    private static readonly ImmutableArray<string> InhibitProperties = ["source_matchers", "target_matchers", "equal"];

    private readonly RuleYaml _yaml = values.Yaml;

    /// <summary>Null after an error.</summary>
    public NotificationConfiguration? Parse()
    {
        if (_yaml.Load() is not { } root
            || _yaml.Mapping(root, "a file with route and receivers", Properties) is not { } properties)
            return null;
        var templates = Templates(properties);
        var receivers = Receivers(root, properties, templates);
        var times = values.List(properties, "time_intervals", "a list of time intervals")
            .Select(new TimeIntervalParser(values).Parse).OfType<(YamlNode Node, TimeInterval Interval)>().ToList();
        ReportRepeated(times.Select(t => (t.Node, t.Interval.Name)), "time interval");
        var inhibitRules = values.List(properties, "inhibit_rules", "a list of inhibit rules")
            .Select(InhibitRule).OfType<InhibitRule>().ToImmutableArray();
        var route = _yaml.Required(root, properties, "route") is not { } node
            ? null
            : new RouteParser(values, [.. receivers.Select(r => r.Name)], [.. times.Select(t => t.Interval)]).ParseRoot(node);
        return route is null ? null : new NotificationConfiguration(route, receivers, inhibitRules);
    }

    private TemplateSet Templates(Dictionary<string, YamlNode> properties)
    {
        var templates = new TemplateSet();
        if (!properties.TryGetValue("templates", out var node)
            || _yaml.Mapping(node, "templates, each a name and a text", allowed: null) is not { } texts)
            return templates;
        foreach (var (name, text) in texts)
            if (_yaml.Parsed(text, "a template", templates.Parse) is { } template)
                templates.Add(name, template);
        return templates;
    }

    private ImmutableArray<ReceiverDefinition> Receivers(
        YamlNode root, Dictionary<string, YamlNode> properties, TemplateSet templates)
    {
        if (_yaml.Required(root, properties, "receivers") is not { } list)
            return [];
        var parser = new ReceiverParser(values, templates);
        var receivers = _yaml.List(list, "a list of receivers")
            .Select(parser.Parse).OfType<(YamlNode Node, ReceiverDefinition Receiver)>().ToList();
        ReportRepeated(receivers.Select(r => (r.Node, r.Receiver.Name)), "receiver");
        return [.. receivers.Select(r => r.Receiver)];
    }

    private InhibitRule? InhibitRule(YamlNode node)
    {
        if (_yaml.Mapping(node, "an inhibit rule", InhibitProperties) is not { } properties)
            return null;
        foreach (var name in InhibitProperties.Take(2))
            _yaml.Required(node, properties, name);
        var sources = RouteParser.Matchers(values, properties, "source_matchers");
        var targets = RouteParser.Matchers(values, properties, "target_matchers");
        return new InhibitRule(sources, targets, values.Texts(properties, "equal", "label"));
    }

    private void ReportRepeated(IEnumerable<(YamlNode Node, string Name)> named, string what)
    {
        foreach (var (node, name) in named.GroupBy(n => n.Name).SelectMany(same => same.Skip(1)))
            _yaml.Error(node, $"there is a {what} '{name}' already");
    }
}
