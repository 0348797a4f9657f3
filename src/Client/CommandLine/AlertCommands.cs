using System.CommandLine;

namespace Client.CommandLine;

/// <summary><c>alert ack</c>.</summary>
internal static class AlertCommands
{
    public static Command Acknowledge(GranaryCommand granary)
    {
        var command = new Command("ack", "Note that someone has taken notice of an alert; durable when it returns.");
        var entity = new EntityArguments(command);
        var rule = new Argument<string>("RULE") { Description = "The rule whose alert is meant." };
        var who = new Option<string>("--who") { Description = "Who takes notice.", HelpName = "name", Required = true };
        var why = new Option<string>("--why") { Description = "What for.", HelpName = "text", DefaultValueFactory = _ => "" };
        rule.Validators.Add(result => RequireText(result, "RULE"));
        who.Validators.Add(result => RequireText(result, "--who"));
        command.Add(rule);
        command.Add(who);
        command.Add(why);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var (kind, key) = entity.Of(parsed);
            var alert = await session.Client.AcknowledgeAsync(
                kind, key, parsed.GetRequiredValue(rule), parsed.GetRequiredValue(who), parsed.GetValue(why) ?? "",
                cancellationToken);
            if (session.Json)
                session.WriteJson(Documents.Of(alert));
            else
                session.Terminal.Screen.Write(Views.Alerts([alert]));
            return ExitCode.Done;
        });
    }

    /// <summary>For a validator: the text is not blank.</summary>
    public static void RequireText(System.CommandLine.Parsing.SymbolResult result, string name)
    {
        if (result.Tokens is [{ Value: var text }] && string.IsNullOrWhiteSpace(text))
            result.AddError($"{name} is empty.");
    }
}
