using Grains.Alerts;
using Grains.Fields;

namespace Grains.Kinds;

/// <summary>Finds what is wrong with a kind's options.</summary>
public static class KindOptionsValidator
{
    private const string KindNames = "letters, digits, '-', '_' and '.'";

    /// <summary>One sentence for each error, each with its configuration key; empty when all is well.</summary>
    public static IReadOnlyList<string> Validate(string kind, KindOptions options)
    {
        var errors = new List<string>();
        var section = $"{KindCatalog.Section}:{kind}";
        if (kind.Length == 0 || !kind.All(IsNamePart))
            errors.Add($"{section}: the name of a kind consists of {KindNames}.");
        CheckTopic(errors, $"{section}:Topic", options.Topic);
        CheckTopic(errors, $"{section}:AlertsTopic", options.AlertsTopic);
        if (options.Topic == options.AlertsTopic && options.Topic.Length > 0)
            errors.Add($"{section}:AlertsTopic is '{options.AlertsTopic}', the topic of the kind's own events.");
        CheckPath(errors, $"{section}:Key", options.Key);
        CheckPath(errors, $"{section}:TimePath", options.TimePath);
        CheckEnum(errors, $"{section}:TimeUnit", options.TimeUnit);
        CheckEnum(errors, $"{section}:History", options.History);
        CheckEnum(errors, $"{section}:Outputs", options.Outputs);
        CheckEnum(errors, $"{section}:AlertFormat", options.AlertFormat);
        if (options.RecentValues is < 0 or > 1000)
            errors.Add($"{section}:RecentValues is {options.RecentValues}: expected 0 to 1000.");
        if (!(options.Alpha > 0 && options.Alpha <= 1))
            errors.Add(FormattableString.Invariant(
                $"{section}:Alpha is {options.Alpha}: expected above 0 and at most 1."));
        CheckFields(errors, section, options);
        CheckAlertFields(errors, section, options);
        return errors;
    }

    private static void CheckFields(List<string> errors, string section, KindOptions options)
    {
        if (options.Fields.Count > FieldTable.MaxFields)
            errors.Add($"{section}:Fields has {options.Fields.Count} fields: expected at most {FieldTable.MaxFields}.");
        foreach (var (name, field) in options.Fields)
        {
            var key = $"{section}:Fields:{name}";
            if (!IsFieldName(name))
                errors.Add($"{key}: a field's name begins with a letter or '_' and consists of letters, digits and "
                    + "'_'; Path may name any property.");
            CheckPath(errors, $"{key}:Path", field.Path);
            CheckEnum(errors, $"{key}:Type", field.Type);
        }
    }

    private static void CheckAlertFields(List<string> errors, string section, KindOptions options)
    {
        foreach (var (name, path) in options.AlertFields)
        {
            var key = $"{section}:AlertFields:{name}";
            if (AlertRecord.Properties.Contains(name))
                errors.Add($"{key}: an alert has a property '{name}' already.");
            CheckPath(errors, key, path);
        }
    }

    private static void CheckTopic(List<string> errors, string key, string topic)
    {
        if (topic.Length == 0)
            errors.Add($"{key} is missing.");
        else if (topic.Length > 249 || topic is "." or ".." || !topic.All(IsNamePart))
            errors.Add($"{key} is '{topic}': expected a topic, at most 249 of {KindNames}.");
    }

    private static void CheckPath(List<string> errors, string key, string? path)
    {
        if (path is not null && !PathNode.IsPath(path))
            errors.Add($"{key} is '{path}': expected a path such as 'value' or 'reading.value'.");
    }

    /// <summary>A number is bound to an enum though it names none of its values.</summary>
    private static void CheckEnum<T>(List<string> errors, string key, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            errors.Add($"{key} is '{value}': expected {string.Join(", ", Enum.GetNames<T>())}.");
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';

    private static bool IsFieldName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
