using System.Collections.Immutable;
using System.Globalization;
using Rules.Language;
using YamlDotNet.RepresentationModel;

namespace Notifications.Configuration;

/// <summary>Reads the values of a notification file's properties; null or the default after an error.</summary>
/// <param name="folder">What the files that it names are relative to.</param>
internal sealed class YamlValues(RuleYaml yaml, string folder)
{
    public RuleYaml Yaml => yaml;

    public string? Text(Dictionary<string, YamlNode> properties, string name, string expected = "a text") =>
        properties.TryGetValue(name, out var node) ? yaml.Scalar(node, expected) : null;

    public bool Bool(Dictionary<string, YamlNode> properties, string name, bool otherwise) =>
        properties.TryGetValue(name, out var node) && yaml.OneOf(node, "true or false", ["true", "false"]) is { } word
            ? word == "true"
            : otherwise;

    /// <summary>Milliseconds.</summary>
    public long Duration(Dictionary<string, YamlNode> properties, string name, long otherwise) =>
        properties.TryGetValue(name, out var node) ? yaml.Duration(node) ?? otherwise : otherwise;

    public int Count(Dictionary<string, YamlNode> properties, string name)
    {
        if (!properties.TryGetValue(name, out var node) || yaml.Scalar(node, "a whole number") is not { } text)
            return 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return count;
        yaml.Error(node, $"expected a whole number, got '{text}'");
        return 0;
    }

    public Uri? Url(YamlNode parent, Dictionary<string, YamlNode> properties, string name)
    {
        if (Secret(parent, properties, name, isRequired: true) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        yaml.Error(properties.GetValueOrDefault(name) ?? properties[$"{name}_file"], "expected a URL with http or https");
        return null;
    }

    /// <summary>What is under the name, or in the file under the name with <c>_file</c>.</summary>
    public string? Secret(YamlNode parent, Dictionary<string, YamlNode> properties, string name, bool isRequired = false)
    {
        if (!properties.TryGetValue($"{name}_file", out var node))
        {
            if (isRequired)
                yaml.Required(parent, properties, name);
            return Text(properties, name);
        }

        if (properties.ContainsKey(name))
            yaml.Error(node, $"expected either '{name}' or '{name}_file'");
        if (yaml.Scalar(node, "a file") is not { } file)
            return null;
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yaml.Error(node, $"the file cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>The value of an <c>Authorization</c> header, as Alertmanager's <c>http_config</c> says it.</summary>
    public string? Authorization(Dictionary<string, YamlNode> properties)
    {
        if (!properties.TryGetValue("http_config", out var node)
            || yaml.Mapping(node, "a mapping with authorization", ["authorization"]) is not { } http
            || yaml.Required(node, http, "authorization") is not { } inner
            || yaml.Mapping(inner, "type and credentials", ["type", "credentials", "credentials_file"]) is not { } values
            || Secret(inner, values, "credentials", isRequired: true) is not { } credentials)
            return null;
        return $"{Text(values, "type") ?? "Bearer"} {credentials}";
    }

    public ImmutableArray<YamlNode> List(Dictionary<string, YamlNode> properties, string name, string expected) =>
        properties.TryGetValue(name, out var node) ? [.. yaml.List(node, expected)] : [];

    public ImmutableArray<string> Texts(Dictionary<string, YamlNode> properties, string name, string expected) =>
        [.. List(properties, name, $"a list of {expected}s").Select(n => yaml.Scalar(n, $"a {expected}")).OfType<string>()];
}
