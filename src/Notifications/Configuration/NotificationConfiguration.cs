using System.Collections.Immutable;
using Notifications.Groups;
using Notifications.Matching;
using Rules.Language;

namespace Notifications.Configuration;

/// <summary>What a notification file says: docs/notifications.md.</summary>
public sealed class NotificationConfiguration
{
    internal NotificationConfiguration(
        Route root, ImmutableArray<ReceiverDefinition> receivers, ImmutableArray<InhibitRule> inhibitRules) =>
        (Root, Receivers, InhibitRules) = (root, receivers, inhibitRules);

    public IEnumerable<string> ReceiverNames => Receivers.Select(r => r.Name);

    internal Route Root { get; }

    internal ImmutableArray<ReceiverDefinition> Receivers { get; }

    internal ImmutableArray<InhibitRule> InhibitRules { get; }

    /// <summary>Reads a file. Files that it names for secrets are relative to it.</summary>
    /// <exception cref="RuleException">Something is wrong with it; it names all of it.</exception>
    public static NotificationConfiguration Load(string path) =>
        Parse(path, File.ReadAllText(path));

    /// <summary>Reads a file's text.</summary>
    /// <param name="file">As errors name it.</param>
    /// <exception cref="RuleException">Something is wrong with it; it names all of it.</exception>
    public static NotificationConfiguration Parse(string file, string text)
    {
        var errors = new List<RuleError>();
        var yaml = new RuleYaml(file, text.TrimStart('\uFEFF'), errors);
        var configuration = new ConfigurationParser(new YamlValues(yaml, Path.GetDirectoryName(file) ?? "")).Parse();
        return errors.Count == 0 ? configuration! : throw new RuleException(errors);
    }
}
