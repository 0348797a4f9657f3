using System.CommandLine;
using Grains.Interfaces;

namespace Client.CommandLine;

/// <summary><c>entity get|list|history|alerts</c>.</summary>
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

    public static Command List(GranaryCommand granary)
    {
        var command = new Command("list", "The entities of a kind that have had a checkpoint, in no useful order; one a line.");
        var kind = new Argument<string>("KIND") { Description = "The kind of entity, as it is configured." };
        var prefix = CommonOptions.KeyPrefix();
        var limit = CommonOptions.Limit("The most entities to write.");
        command.Add(kind);
        command.Add(prefix);
        command.Add(limit);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var query = new EntityQuery { Kind = parsed.GetRequiredValue(kind), KeyPrefix = parsed.GetValue(prefix) ?? "" };
            var any = false;
            await foreach (var key in session.Client.FindEntitiesAsync(query, cancellationToken).Take(parsed.GetValue(limit) ?? int.MaxValue))
            {
                session.Terminal.Output.WriteLine(session.Json ? Documents.Of(new EntityKey(query.Kind, key)) : key);
                any = true;
            }

            if (!any) session.Note($"No entity of kind '{query.Kind}' is found.");
            return ExitCode.Done;
        });
    }

    public static Command History(GranaryCommand granary, TimeProvider time)
    {
        var command = new Command("history", "The durable history of an entity, oldest block first.");
        var entity = new EntityArguments(command);
        var from = CommonOptions.Moment("--from", "Entries at or after a time: ISO 8601, or a time ago as in 15m or 2h.", time);
        var to = CommonOptions.Moment("--to", "Entries before a time, given in the same way.", time);
        var limit = CommonOptions.Limit("The most entries to write.");
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
}
