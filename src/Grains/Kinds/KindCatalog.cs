using System.Diagnostics.CodeAnalysis;
using Grains.Fields;
using Microsoft.Extensions.Configuration;
using Rules.Coded;
using Rules.Engine;
using Rules.Language;

namespace Grains.Kinds;

/// <summary>All configured kinds with one version of their rules.</summary>
public sealed class KindCatalog
{
    /// <summary>The configuration section of the kinds.</summary>
    public const string Section = "Kinds";

    private readonly Dictionary<string, EntityKind> _kinds;
    private readonly IReadOnlyList<KindRule> _code;

    private KindCatalog(
        IEnumerable<EntityKind> kinds, long version, IReadOnlyDictionary<string, string> ruleFiles, IReadOnlyList<KindRule> code)
    {
        _code = code;
        _kinds = kinds.ToDictionary(k => k.Name, StringComparer.Ordinal);
        (Version, RuleFiles) = (version, ruleFiles);
    }

    /// <summary>The version of the rules; 0: as configured.</summary>
    public long Version { get; }

    /// <summary>The texts of the rule files by their names.</summary>
    public IReadOnlyDictionary<string, string> RuleFiles { get; }

    public IReadOnlyCollection<EntityKind> Kinds => _kinds.Values;

    /// <summary>Reads the section <c>Kinds</c> and the rules in <paramref name="rulesDirectory"/>.</summary>
    /// <param name="rulesDirectory">Where <c>*.yaml</c> files are; null or absent: no rules.</param>
    /// <param name="code">Rules in C#; null: none.</param>
    /// <exception cref="Orleans.Runtime.OrleansConfigurationException">Something is wrong; the message names all of
    /// it.</exception>
    public static KindCatalog Load(IConfiguration configuration, string? rulesDirectory, IEnumerable<KindRule>? code = null)
    {
        var errors = new List<string>();
        IReadOnlyList<KindRule> rulesInCode = [.. code ?? []];
        var options = new Dictionary<string, KindOptions>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection(Section).GetChildren())
            if (Bind(section, errors) is { } bound)
                options.Add(section.Key, bound);
        IReadOnlyList<(string Name, string Text)> files = Directory.Exists(rulesDirectory)
            ? [.. Rules.Language.RuleFiles.InDirectory(rulesDirectory).Select(file => (file, File.ReadAllText(file)))]
            : [];
        var kinds = errors.Count == 0 ? Compile(options, files, rulesInCode, errors) : [];
        if (errors.Count > 0)
            throw new OrleansConfigurationException(string.Join(Environment.NewLine, errors));
        return new KindCatalog(kinds, version: 0, files.ToDictionary(file => Path.GetFileName(file.Name), file => file.Text), rulesInCode);
    }

    /// <summary>The same kinds with a version of other rules.</summary>
    /// <exception cref="RuleException">Something is wrong with the rules; it names all of it.</exception>
    public KindCatalog WithRules(long version, IReadOnlyDictionary<string, string> ruleFiles) => With(version, ruleFiles, ruleFiles);

    /// <summary>The same kinds and rules, in place of a version whose rules do not go with them.</summary>
    public KindCatalog InPlaceOf(long version, IReadOnlyDictionary<string, string> ruleFiles) => With(version, ruleFiles, RuleFiles);

    private KindCatalog With(
        long version, IReadOnlyDictionary<string, string> ruleFiles, IReadOnlyDictionary<string, string> compiled)
    {
        var programs = Compile(
            compiled.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (file.Key, file.Value)),
            _code,
            _kinds.ToDictionary(kind => kind.Key, kind => kind.Value.Fields));
        var kinds = _kinds.Values.Select(kind => new EntityKind(
            kind.Name, kind.Options, kind.Fields, programs.GetValueOrDefault(kind.Name) ?? RuleProgram.Empty, version));
        return new KindCatalog(kinds, version, ruleFiles, _code);
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
        Dictionary<string, KindOptions> options, IEnumerable<(string Name, string Text)> ruleFiles, IReadOnlyList<KindRule> code,
        List<string> errors)
    {
        var fields = options.ToDictionary(o => o.Key, o => new FieldTable(o.Value), StringComparer.Ordinal);
        try
        {
            var programs = Compile(ruleFiles, code, fields);
            return [.. options.Select(o =>
                new EntityKind(o.Key, o.Value, fields[o.Key], programs.GetValueOrDefault(o.Key) ?? RuleProgram.Empty))];
        }
        catch (RuleException e)
        {
            errors.AddRange(e.Errors.Select(error => error.ToString()));
            return [];
        }
    }

    private static Dictionary<string, RuleProgram> Compile(
        IEnumerable<(string Name, string Text)> ruleFiles, IReadOnlyList<KindRule> code, Dictionary<string, FieldTable> fields) =>
        Rules.Language.RuleFiles.Parse(ruleFiles, fields.ToDictionary(f => f.Key, f => f.Value.RuleFields, StringComparer.Ordinal), code)
            .GroupBy(file => file.Kind)
            .ToDictionary(files => files.Key, files => new RuleProgram([.. files]));
}
