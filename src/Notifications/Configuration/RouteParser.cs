using System.Collections.Immutable;
using Notifications.Groups;
using Notifications.Matching;
using Rules.Language;
using YamlDotNet.RepresentationModel;

namespace Notifications.Configuration;

/// <summary>Reads the routing tree.</summary>
internal sealed class RouteParser(
    YamlValues values, ImmutableArray<string> receivers, ImmutableArray<TimeInterval> times)
{
    private static readonly ImmutableArray<string> Properties =
    [
        "receiver", "matchers", "group_by", "group_wait", "group_interval", "repeat_interval", "continue",
        "mute_time_intervals", "active_time_intervals", "routes",
    ];

    private static readonly ImmutableArray<string> NotOfRoot =
        ["matchers", "continue", "mute_time_intervals", "active_time_intervals"];

    private readonly RuleYaml _yaml = values.Yaml;
    private readonly HashSet<(string Receiver, string Path)> _seen = [];

    /// <summary>The root, which takes what no other route does; null after an error.</summary>
    public Route? ParseRoot(YamlNode node)
    {
        if (_yaml.Mapping(node, "a route", Properties) is not { } properties)
            return null;
        _yaml.Required(node, properties, "receiver");
        foreach (var name in NotOfRoot.Where(properties.ContainsKey))
            _yaml.Error(properties[name], $"'{name}' is not for the first route: it takes every alert");
        return Parse(node, properties, new Route { Path = "", Receiver = "" });
    }

    public static ImmutableArray<Matcher> Matchers(
        YamlValues values, Dictionary<string, YamlNode> properties, string name) =>
        [.. values.List(properties, name, "a list of matchers such as severity=\"critical\"")
            .Select(n => values.Yaml.Parsed(n, "a matcher such as severity=\"critical\"", Matcher.Read)).OfType<Matcher>()];

    private Route Parse(YamlNode node, Dictionary<string, YamlNode> properties, Route parent)
    {
        var matchers = Matchers(values, properties, "matchers");
        var step = $"{{{string.Join(',', matchers.Select(m => m.ToString()))}}}";
        var route = new Route
        {
            Path = parent.Path.Length == 0 ? step : $"{parent.Path}/{step}",
            Receiver = Known(properties.GetValueOrDefault("receiver"), receivers, "receiver") ?? parent.Receiver,
            Matchers = matchers,
            GroupBy = properties.ContainsKey("group_by") ? GroupBy(properties) : parent.GroupBy,
            GroupWait = values.Duration(properties, "group_wait", parent.GroupWait),
            GroupInterval = Positive(properties, "group_interval", parent.GroupInterval),
            RepeatInterval = Positive(properties, "repeat_interval", parent.RepeatInterval),
            Continue = values.Bool(properties, "continue", false),
            MuteTimes = Times(properties, "mute_time_intervals"),
            ActiveTimes = Times(properties, "active_time_intervals"),
        };
        if (!_seen.Add((route.Receiver, route.Path)))
            _yaml.Error(node, $"there is a route with these matchers and receiver '{route.Receiver}' already");
        return route with
        {
            Routes = [.. values.List(properties, "routes", "a list of routes").Select(n => Child(n, route)).OfType<Route>()],
        };
    }

    private Route? Child(YamlNode node, Route parent) =>
        _yaml.Mapping(node, "a route", Properties) is { } properties ? Parse(node, properties, parent) : null;

    private ImmutableArray<string>? GroupBy(Dictionary<string, YamlNode> properties)
    {
        var names = values.Texts(properties, "group_by", "label");
        return names.Contains("...") ? null : names;
    }

    private long Positive(Dictionary<string, YamlNode> properties, string name, long otherwise)
    {
        var duration = values.Duration(properties, name, otherwise);
        if (duration == 0)
            _yaml.Error(properties[name], $"'{name}' must be longer than 0");
        return duration;
    }

    private ImmutableArray<TimeInterval> Times(Dictionary<string, YamlNode> properties, string name)
    {
        var names = times.Select(t => t.Name).ToImmutableArray();
        return [.. values.List(properties, name, "a list of time intervals' names")
            .Select(n => Known(n, names, "time interval")).OfType<string>().Select(n => times.First(t => t.Name == n))];
    }

    private string? Known(YamlNode? node, ImmutableArray<string> names, string what)
    {
        if (node is null || _yaml.Scalar(node, $"the name of a {what}") is not { } name)
            return null;
        if (names.Contains(name))
            return name;
        _yaml.Error(node, $"unknown {what} '{name}'{Nearest.Hint(name, names)}");
        return null;
    }
}
