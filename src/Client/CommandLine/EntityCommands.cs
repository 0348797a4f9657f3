using System.CommandLine;

namespace Client.CommandLine;

/// <summary><c>entity get|history|alerts</c>.</summary>
internal static class EntityCommands
{
    public static Command Get(GranaryCommand granary)
    {
        var command = new Command("get", "What is known of an entity now, events included that are not durable yet.");
        var entity = new EntityArguments(command);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var (kind, key) = entity.Of(parsed);
            var snapshot = await session.Client.GetAsync(kind, key, cancellationToken);
            if (session.Json)
                session.WriteJson(Documents.Of(snapshot));
            else if (snapshot.Seen)
                session.Terminal.Screen.Write(Views.Snapshot(snapshot));
            return Seen(session, snapshot.Seen, kind, key);
        });
    }

    public static Command Alerts(GranaryCommand granary)
    {
        var command = new Command("alerts", "The alerts of an entity that are pending or firing; as JSON one a line.");
        var entity = new EntityArguments(command);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var (kind, key) = entity.Of(parsed);
            // Not AlertsAsync: a snapshot also tells an entity without alerts from one that is not seen yet.
            var snapshot = await session.Client.GetAsync(kind, key, cancellationToken);
            if (session.Json)
                foreach (var alert in snapshot.Alerts)
                    session.WriteJson(Documents.Of(alert));
            else if (snapshot.Alerts.Count > 0)
                session.Terminal.Screen.Write(Views.Alerts(snapshot.Alerts));
            else if (snapshot.Seen)
                session.Note($"{kind}/{key} has no alert that is pending or firing.");
            return Seen(session, snapshot.Seen, kind, key);
        });
    }

    public static Command History(GranaryCommand granary, TimeProvider time)
    {
        var command = new Command("history", "The durable history of an entity, oldest block first.");
        var entity = new EntityArguments(command);
        var from = Moment("--from", "Entries at or after a time: ISO 8601, or a time ago as in 15m or 2h.", time);
        var to = Moment("--to", "Entries before a time, given in the same way.", time);
        var limit = new Option<int?>("--limit") { Description = "The most entries to write.", HelpName = "number" };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var number) && number <= 0)
                result.AddError($"--limit {number}: expected a number above zero.");
        });
        command.Add(from);
        command.Add(to);
        command.Add(limit);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var (kind, key) = entity.Of(parsed);
            var left = parsed.GetValue(limit) ?? int.MaxValue;
            var written = 0;
            await foreach (var entry in session.Client.HistoryAsync(
                kind, key, parsed.GetValue(from), parsed.GetValue(to), cancellationToken))
            {
                session.Terminal.Output.WriteLine(session.Json ? Documents.Of(entry) : Views.Line(entry));
                written++;
                if (--left == 0)
                    break;
            }

            if (written > 0)
                return ExitCode.Done;
            var snapshot = await session.Client.GetAsync(kind, key, cancellationToken);
            if (snapshot.Seen)
                session.Note($"{kind}/{key} has no history in that time. What is kept is configured for each kind.");
            return Seen(session, snapshot.Seen, kind, key);
        });
    }

    private static int Seen(Session session, bool seen, string kind, string key)
    {
        if (seen)
            return ExitCode.Done;
        session.Note(Views.NotSeen(kind, key));
        return ExitCode.NoSuchThing;
    }

    private static Option<DateTimeOffset?> Moment(string name, string description, TimeProvider time) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result => Durations.ParseMoment(result, time),
    };
}
