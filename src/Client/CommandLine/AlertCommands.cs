using System.CommandLine;
using Grains.Interfaces;

namespace Client.CommandLine;

/// <summary><c>alert ack|assign|comment|list</c>.</summary>
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

    public static Command Assign(GranaryCommand granary) =>
        Remark(granary, "assign", "Say whose an alert is; durable when it returns.", RemarkKind.Assignment, "TO", "Whose it is from now on.");

    public static Command Comment(GranaryCommand granary) =>
        Remark(granary, "comment", "Add a comment to an alert; durable when it returns.", RemarkKind.Comment, "TEXT", "What there is to say.");

    private static Command Remark(GranaryCommand granary, string name, string description, RemarkKind kind, string textName, string textDescription)
    {
        var command = new Command(name, description);
        var entity = new EntityArguments(command);
        var rule = new Argument<string>("RULE") { Description = "The rule whose alert is meant." };
        var text = new Argument<string>(textName) { Description = textDescription };
        var who = new Option<string>("--who") { Description = "Who says so.", HelpName = "name", Required = true };
        rule.Validators.Add(result => RequireText(result, "RULE"));
        text.Validators.Add(result => RequireText(result, textName));
        who.Validators.Add(result => RequireText(result, "--who"));
        command.Add(rule);
        command.Add(text);
        command.Add(who);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var (entityKind, key) = entity.Of(parsed);
            var alert = await session.Client.RemarkAsync(
                entityKind, key, parsed.GetRequiredValue(rule), kind, parsed.GetRequiredValue(who), parsed.GetRequiredValue(text), cancellationToken);
            if (session.Json)
                session.WriteJson(Documents.Of(alert));
            else
                session.Terminal.Screen.Write(Views.Alerts([alert]));
            return ExitCode.Done;
        });
    }

    public static Command List(GranaryCommand granary, TimeProvider time)
    {
        var command = new Command("list", "The pending and firing alerts of all entities, as of their last checkpoints; as JSON one a line.");
        var kind = Text("--kind", "Of entities of a kind.", "kind");
        var prefix = CommonOptions.KeyPrefix();
        var rule = Text("--rule", "Of a rule.", "rule");
        var state = new Option<AlertState?>("--state") { Description = "Pending or firing.", HelpName = "state" };
        var labels = new Option<string[]>("--label") { Description = "With a label, such as severity=critical; may be given again.", HelpName = "name=value" };
        var older = new Option<string?>("--older-than") { Description = "That have lasted for longer, such as 5m.", HelpName = "duration" };
        var open = new Option<bool>("--open") { Description = "That nobody has acknowledged." };
        var limit = CommonOptions.Limit("The most alerts to write. Default: 1000.");
        labels.Validators.Add(CommonOptions.RequirePairs);
        older.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !Durations.TryParse(text, out _))
                result.AddError($"--older-than {text}: expected a duration such as 30s, 5m or 2h.");
        });
        Option[] options = [kind, prefix, rule, state, labels, older, open, limit];
        foreach (var option in options) command.Add(option);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var query = new AlertQuery
            {
                Kind = parsed.GetValue(kind),
                KeyPrefix = parsed.GetValue(prefix),
                Rule = parsed.GetValue(rule),
                State = parsed.GetValue(state),
                Labels = CommonOptions.Pairs(parsed.GetValue(labels)),
                SinceBefore = parsed.GetValue(older) is { } text && Durations.TryParse(text, out var age) ? time.GetUtcNow() - age : null,
                Acknowledged = parsed.GetValue(open) ? false : null,
            };
            var most = parsed.GetValue(limit) ?? 1000;
            var found = await session.Client.FindAlertsAsync(query, cancellationToken).Take(most + 1).ToListAsync(cancellationToken);
            if (session.Json)
                foreach (var alert in found.Take(most))
                    session.WriteJson(Documents.Of(alert));
            else if (found.Count > 0)
                session.Terminal.Screen.Write(Views.Found(found.Take(most)));
            if (found.Count == 0) session.Note("No alert is pending or firing that matches.");
            else if (found.Count > most) session.Note($"There are more than {most}: raise --limit or narrow the search.");
            return ExitCode.Done;
        });
    }

    private static Option<string?> Text(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    /// <summary>For a validator: the text is not blank.</summary>
    public static void RequireText(System.CommandLine.Parsing.SymbolResult result, string name)
    {
        if (result.Tokens is [{ Value: var text }] && string.IsNullOrWhiteSpace(text))
            result.AddError($"{name} is empty.");
    }
}
