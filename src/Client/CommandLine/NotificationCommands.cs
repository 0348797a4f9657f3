using System.CommandLine;
using global::Rules.Language;
using Notifications.Configuration;

namespace Client.CommandLine;

/// <summary><c>notifications check|test</c>.</summary>
internal static class NotificationCommands
{
    public static Command Check(GranaryCommand granary)
    {
        var command = new Command("check", "Say what is wrong with a file of routes and receivers, and where; needs no silo.");
        var file = new Argument<string>("FILE") { Description = "As Notifications:Path names it." };
        file.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !File.Exists(path))
                result.AddError($"There is no file '{path}'.");
        });
        command.Add(file);
        return granary.Local(command, (terminal, settings, parsed, _) =>
        {
            try
            {
                var receivers = NotificationConfiguration.Load(parsed.GetRequiredValue(file)).ReceiverNames;
                if (!settings.Json) terminal.Output.WriteLine($"The file is right. Receivers: {string.Join(", ", receivers)}.");
                return Task.FromResult(ExitCode.Done);
            }
            catch (RuleException e)
            {
                foreach (var error in e.Errors) terminal.Output.WriteLine(settings.Json ? Documents.Of(error) : error.ToString());
                return Task.FromResult(ExitCode.Error);
            }
        });
    }

    public static Command Test(GranaryCommand granary)
    {
        var command = new Command("test", "Send a made-up alert to each place of a receiver; returns when they have taken it.");
        var receiver = new Argument<string>("RECEIVER") { Description = "As the silos' file names it." };
        command.Add(receiver);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(receiver);
            await session.Client.CommandAsync(session.Client.Notifications, n => n.TestAsync(name), cancellationToken);
            session.Note($"Receiver '{name}' has taken it.");
            return ExitCode.Done;
        });
    }
}
