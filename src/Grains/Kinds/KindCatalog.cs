using System.Diagnostics.CodeAnalysis;
using Grains.Fields;
using Rules.Coded;
using Rules.Engine;
using Rules.Language;
using Microsoft.Extensions.Configuration;

namespace Grains.Kinds;

/// <summary>All configured kinds.</summary>
public sealed class KindCatalog
{
    /// <summary>The configuration section of the kinds.</summary>
    public const string Section = "Kinds";

    private readonly Dictionary<string, EntityKind> _kinds;

    internal KindCatalog(IEnumerable<EntityKind> kinds) =>
        _kinds = kinds.ToDictionary(k => k.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<EntityKind> Kinds => _kinds.Values;

    /// <summary>Reads the section <c>Kinds</c> and the rules in <paramref name="rulesDirectory"/>.</summary>
    /// <param name="rulesDirectory">Where <c>*.yaml</c> files are; null or absent: no rules.</param>
    /// <param name="code">Rules in C#; null: none.</param>
    /// <exception cref="Orleans.Runtime.OrleansConfigurationException">Something is wrong; the message names all of
    /// it.</exception>
    public static KindCatalog Load(IConfiguration configuration, string? rulesDirectory, IEnumerable<KindRule>? code = null)
    {
        var errors = new List<string>();
        var options = new Dictionary<string, KindOptions>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection(Section).GetChildren())
            if (Bind(section, errors) is { } bound)
                options.Add(section.Key, bound);
        var kinds = errors.Count == 0 ? Compile(options, rulesDirectory, code, errors) : [];
        if (errors.Count > 0)
            throw new OrleansConfigurationException(string.Join(Environment.NewLine, errors));
        return new KindCatalog(kinds);
    }

    /// <summary>The kind of that name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out EntityKind? kind) => _kinds.TryGetValue(name, out kind);

    private static KindOptions? Bind(IConfigurationSection section, List<string> errors)
    {
        var options = new KindOptions();
        try
        {
            section.Bind(options, o => o.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            // What happens inside a dictionary comes wrapped; the innermost names the key.
            while (e.InnerException is InvalidOperationException inner)
                e = inner;
            errors.Add($"{section.Path}: {e.Message}");
            return null;
        }

        errors.AddRange(KindOptionsValidator.Validate(section.Key, options));
        return options;
    }

    private static List<EntityKind> Compile(
        Dictionary<string, KindOptions> options, string? rulesDirectory, IEnumerable<KindRule>? code, List<string> errors)
    {
        var fields = options.ToDictionary(o => o.Key, o => new FieldTable(o.Value), StringComparer.Ordinal);
        try
        {
            var rules = RuleFiles.Load(
                rulesDirectory, fields.ToDictionary(f => f.Key, f => f.Value.RuleFields, StringComparer.Ordinal), code);
            var programs = rules.GroupBy(file => file.Kind).ToDictionary(files => files.Key, files => new RuleProgram([.. files]));
            return [.. options.Select(o =>
                new EntityKind(o.Key, o.Value, fields[o.Key], programs.GetValueOrDefault(o.Key) ?? RuleProgram.Empty))];
        }
        catch (RuleException e)
        {
            errors.AddRange(e.Errors.Select(error => error.ToString()));
            return [];
        }
    }
}
