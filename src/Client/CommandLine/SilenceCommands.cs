using System.CommandLine;
using Notifications.Matching;
using Silence = Grains.Interfaces.Silence;

namespace Client.CommandLine;

/// <summary><c>silence add|list|expire</c>.</summary>
internal static class SilenceCommands
{
    public static Command Add(GranaryCommand granary, TimeProvider time)
    {
        var command = new Command("add", "Mute notifications of the alerts that all matchers match; in force when it returns.");
        var matchers = new Argument<string[]>("MATCHER")
        {
            Description = """As severity="warning", site=~"north|south", entity!=s-1; the rule's name is alertname.""",
            Arity = ArgumentArity.OneOrMore,
        };
        var who = new Option<string>("--who") { Description = "Who mutes them.", HelpName = "name", Required = true };
        var why = new Option<string>("--why") { Description = "What for.", HelpName = "text", DefaultValueFactory = _ => "" };
        var length = new Option<TimeSpan>("--for")
        {
            Description = "How long, as in 30m, 2h or 3d.",
            HelpName = "time",
            Required = true,
            CustomParser = Durations.ParseLength,
        };
        var from = new Option<DateTimeOffset?>("--from")
        {
            Description = "From when, as ISO 8601. Default now.",
            HelpName = "time",
            CustomParser = result => Durations.ParseMoment(result, time),
        };
        matchers.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                try
                {
                    Matcher.Parse(token.Value);
                }
                catch (FormatException e)
                {
                    result.AddError($"MATCHER {e.Message}");
                }
            }
        });
        who.Validators.Add(result => AlertCommands.RequireText(result, "--who"));
        command.Add(matchers);
        command.Add(who);
        command.Add(why);
        command.Add(length);
        command.Add(from);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var begin = parsed.GetValue(from) ?? time.GetUtcNow();
            var silence = new Silence
            {
                Id = Guid.NewGuid().ToString(),
                Matchers = parsed.GetRequiredValue(matchers),
                Who = parsed.GetRequiredValue(who),
                Why = parsed.GetValue(why) ?? "",
                From = begin,
                Until = begin + parsed.GetRequiredValue(length),
            };
            await session.Client.CommandAsync(session.Client.Silences, s => s.AddAsync(silence), cancellationToken);
            Write(session, [silence]);
            return ExitCode.Done;
        });
    }

    public static Command List(GranaryCommand granary)
    {
        var command = new Command("list", "The silences that are in force or will be; as JSON one a line.");
        return granary.Connected(command, async (session, _, cancellationToken) =>
        {
            var silences = await session.Client.CommandAsync(session.Client.Silences, s => s.ListAsync(), cancellationToken);
            Write(session, silences);
            if (silences.Count == 0) session.Note("No silence is set.");
            return ExitCode.Done;
        });
    }

    public static Command Expire(GranaryCommand granary)
    {
        var command = new Command("expire", "End a silence now.");
        var id = new Argument<string>("ID") { Description = "As list names it." };
        command.Add(id);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var which = parsed.GetRequiredValue(id);
            if (await session.Client.CommandAsync(session.Client.Silences, s => s.ExpireAsync(which), cancellationToken))
                return ExitCode.Done;
            session.Note($"There is no silence '{which}'.");
            return ExitCode.NoSuchThing;
        });
    }

    private static void Write(Session session, IReadOnlyList<Silence> silences)
    {
        if (session.Json)
            foreach (var silence in silences)
                session.WriteJson(Documents.Of(silence));
        else if (silences.Count > 0)
            session.Terminal.Screen.Write(Views.Silences(silences));
    }
}
