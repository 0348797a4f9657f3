using System.CommandLine;
using System.Reflection;
using System.Runtime.Loader;
using global::Rules.Coded;

namespace Client.CommandLine.Rules;

/// <summary>Rules in C#, from assemblies that the command line names.</summary>
internal static class RuleCode
{
    public static Option<string[]> Option()
    {
        var option = new Option<string[]>("--code")
        {
            Description = "Rules in C#, too: those of an assembly, for a kind of the files; may be given again.",
            HelpName = "kind=file.dll",
        };
        option.Validators.Add(CommonOptions.RequirePairs);
        return option;
    }

    /// <exception cref="UsageException">There are none, or they cannot be made.</exception>
    public static IReadOnlyList<KindRule> Of(string[]? values) =>
        [.. CommonOptions.Split(values).SelectMany(code => InAssembly(code.Value).Select(rule => new KindRule(code.Name, rule)))];

    private static List<CodedRule> InAssembly(string path)
    {
        var file = Path.GetFullPath(path);
        if (!File.Exists(file)) throw new UsageException($"--code: there is no file '{path}'.");
        try
        {
            var references = new AssemblyDependencyResolver(file);
            AssemblyLoadContext.Default.Resolving += (context, name) =>
                references.ResolveAssemblyToPath(name) is { } reference ? context.LoadFromAssemblyPath(reference) : null;
            List<CodedRule> rules = [.. AssemblyLoadContext.Default.LoadFromAssemblyPath(file).GetExportedTypes()
                .Where(type => type.IsSubclassOf(typeof(CodedRule)) && !type.IsAbstract && type.GetConstructor([]) is not null)
                .Select(type => (CodedRule)Activator.CreateInstance(type)!)];
            return rules.Count > 0
                ? rules
                : throw new UsageException($"--code: {path} has no public class that is a CodedRule and has a constructor without parameters.");
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or TypeLoadException or InvalidOperationException)
        {
            throw new UsageException($"--code: {path} cannot be loaded: {e.Message}");
        }
        catch (TargetInvocationException e)
        {
            throw new UsageException($"--code: a rule of {path} cannot be made: {e.InnerException!.Message}");
        }
    }
}
