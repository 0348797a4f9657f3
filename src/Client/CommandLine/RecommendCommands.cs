using System.CommandLine;
using Grains.Interfaces;

namespace Client.CommandLine;

/// <summary><c>recommend visitor|item|trending|explain|feedback|forget</c>.</summary>
internal static class RecommendCommands
{
    public static Command Visitor(GranaryCommand granary)
    {
        var command = new Command("visitor", "What a visitor may want next; one that is not known gets what trends.");
        var visitor = Id(command, "VISITOR", "The visitor's id.");
        var (count, context) = (Count(command), new ContextOptions(command));
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var answer = await session.Client.RecommendAsync(
                parsed.GetRequiredValue(visitor), parsed.GetValue(count), context.Of(parsed), cancellationToken);
            return Write(session, answer.Items, "Nothing may be recommended yet: no interaction and no catalogue has come.");
        });
    }

    public static Command Item(GranaryCommand granary)
    {
        var command = new Command("item", "What was in the same sessions as an item lately.");
        var item = Id(command, "ITEM", "The item's id.");
        var count = Count(command);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var id = parsed.GetRequiredValue(item);
            var similar = await session.Client.SimilarAsync(id, parsed.GetValue(count), cancellationToken);
            return Write(session, similar, $"No session had '{id}' together with another item lately.");
        });
    }

    public static Command Trending(GranaryCommand granary)
    {
        var command = new Command("trending", "What sessions take up most, the young ones counting more.");
        var count = Count(command);
        var category = Text("--category", "Only of this category.");
        command.Add(category);
        return granary.Connected(command, async (session, parsed, cancellationToken) => Write(
            session,
            await session.Client.TrendingAsync(parsed.GetValue(count), parsed.GetValue(category), cancellationToken),
            "Nothing trends: no interaction has come."));
    }

    public static Command Explain(GranaryCommand granary)
    {
        var command = new Command("explain", "What a visitor's recommendations are made of.");
        var visitor = Id(command, "VISITOR", "The visitor's id.");
        var (count, context) = (Count(command), new ContextOptions(command));
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var id = parsed.GetRequiredValue(visitor);
            var known = await session.Client.GetVisitorAsync(id, cancellationToken);
            var answer = await session.Client.RecommendAsync(id, parsed.GetValue(count), context.Of(parsed), cancellationToken);
            if (session.Json) session.WriteJson(Documents.Of(new RecommendationExplanation(id, known, answer)));
            else session.Terminal.Screen.Write(Views.Explanation(id, known, answer));
            return ExitCode.Done;
        });
    }

    public static Command Feedback(GranaryCommand granary)
    {
        var command = new Command("feedback", "What was shown and clicked, by variant and method; * is the whole lists.");
        var hours = new Option<int>("--hours") { Description = "Of the last hours, at most 48; 24.", HelpName = "number", DefaultValueFactory = _ => 24 };
        hours.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var number) && number is < 1 or > 48)
                result.AddError($"--hours {number}: expected 1 to 48.");
        });
        command.Add(hours);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var sums = await session.Client.FeedbackAsync(parsed.GetValue(hours), cancellationToken);
            if (session.Json)
                foreach (var sum in sums)
                    session.WriteJson(Documents.Of(sum));
            else if (sums.Count > 0)
                session.Terminal.Screen.Write(Views.Feedback(sums));
            if (sums.Count > 0)
                return ExitCode.Done;
            session.Note("Nothing was shown: no client has asked for recommendations.");
            return ExitCode.NoSuchThing;
        });
    }

    public static Command Forget(GranaryCommand granary)
    {
        var command = new Command("forget", "Empty what is kept of a visitor, at the items too; durable when it returns.");
        var visitor = Id(command, "VISITOR", "The visitor's id.");
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var id = parsed.GetRequiredValue(visitor);
            var sessions = await session.Client.ForgetAsync(id, cancellationToken);
            session.Note($"Visitor '{id}' is forgotten, with {sessions} sessions.");
            return ExitCode.Done;
        });
    }

    private static int Write(Session session, IReadOnlyList<RecommendedItem> items, string none)
    {
        if (session.Json)
            foreach (var item in items)
                session.WriteJson(Documents.Of(item));
        else if (items.Count > 0)
            session.Terminal.Screen.Write(Views.Recommendations(items));
        if (items.Count > 0)
            return ExitCode.Done;
        session.Note(none);
        return ExitCode.NoSuchThing;
    }

    private static Argument<string> Id(Command command, string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: 0 }])
                result.AddError($"{name} is empty.");
        });
        command.Add(argument);
        return argument;
    }

    private static Option<int> Count(Command command)
    {
        var count = new Option<int>("--count") { Description = "The most items to write; 10.", HelpName = "number", DefaultValueFactory = _ => 10 };
        count.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var number) && number is < 1 or > RecommendationContext.MaxCount)
                result.AddError($"--count {number}: expected 1 to {RecommendationContext.MaxCount}.");
        });
        command.Add(count);
        return count;
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description, HelpName = "text" };

    /// <summary>What the caller knows beyond the visitor's interactions.</summary>
    private sealed class ContextOptions
    {
        private readonly Option<string[]> _items = new("--item")
        {
            Description = "An item of a session that is not the visitor's yet; may be given several times, oldest first.",
            HelpName = "id",
        };

        private readonly Option<string?> _session = Text("--session", "The session that is meant; default: the newest.");
        private readonly Option<string?> _variant = Text("--variant", "The variant to use; default: the visitor's.");
        private readonly Option<string?> _category = Text("--category", "Only of this category.");

        public ContextOptions(Command command)
        {
            foreach (var option in (Option[])[_items, _session, _variant, _category])
                command.Add(option);
        }

        public RecommendationContext Of(ParseResult parsed) => new()
        {
            Items = parsed.GetValue(_items) ?? [],
            Session = parsed.GetValue(_session),
            Variant = parsed.GetValue(_variant),
            Category = parsed.GetValue(_category),
            IsTrial = true,
        };
    }
}

/// <summary>What a visitor's recommendations are made of.</summary>
internal sealed record RecommendationExplanation(string Visitor, VisitorSnapshot Known, RecommendationAnswer Answer);
