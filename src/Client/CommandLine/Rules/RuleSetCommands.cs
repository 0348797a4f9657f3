using System.CommandLine;
using global::Rules.Language;
using Grains.Interfaces;

namespace Client.CommandLine.Rules;

/// <summary><c>rules apply</c> and <c>rules versions</c>.</summary>
internal static class RuleSetCommands
{
    public static Command Apply(GranaryCommand granary)
    {
        var command = new Command("apply", "Make a directory's rules those of all silos, without a restart; what is wrong with them changes nothing.");
        var directory = new Argument<DirectoryInfo>("DIRECTORY") { Description = "All rules of all kinds, *.yaml." };
        directory.AcceptExistingOnly();
        var who = new Option<string>("--who") { Description = "Who applies them.", HelpName = "name", DefaultValueFactory = _ => Environment.UserName };
        who.Validators.Add(result => AlertCommands.RequireText(result, "--who"));
        command.Add(directory);
        command.Add(who);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var files = RuleFiles.InDirectory(parsed.GetRequiredValue(directory).FullName)
                .ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
            var rules = new RuleSet(files, parsed.GetRequiredValue(who));
            var version = await session.Client.CommandAsync(session.Client.RuleSets, sets => sets.ApplyAsync(rules), cancellationToken);
            if (session.Json) session.WriteJson(Documents.OfVersion(version));
            else session.Note($"Version {version} is in force, of {string.Join(", ", files.Keys)}. Each silo takes it up within seconds.");
            return ExitCode.Done;
        });
    }

    public static Command Versions(GranaryCommand granary)
    {
        var command = new Command("versions", "The versions of the rules, newest first; as JSON one a line.");
        var count = new Option<int>("--count") { Description = "How many at most.", HelpName = "n", DefaultValueFactory = _ => 20 };
        command.Add(count);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var wanted = parsed.GetValue(count);
            var versions = await session.Client.CommandAsync(session.Client.RuleSets, sets => sets.ListAsync(wanted), cancellationToken);
            if (session.Json)
                foreach (var version in versions)
                    session.WriteJson(Documents.Of(version));
            else
                session.Terminal.Screen.Write(Views.RuleSets(versions));
            return ExitCode.Done;
        });
    }
}
