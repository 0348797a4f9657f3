using System.CommandLine;

namespace Client.CommandLine;

/// <summary><c>produce</c>: its arguments. <see cref="ProduceRun"/> does it.</summary>
internal static class ProduceCommand
{
    public static Command Create(GranaryCommand granary)
    {
        var command = new Command(
            "produce", "Put events on a topic through a silo, from JSON lines; done when the broker has acknowledged all.");
        var topic = new Argument<string>("TOPIC") { Description = "A topic that a kind of entity reads." };
        var file = new Argument<string>("FILE")
        {
            Description = "A file of JSON lines; - is the standard input.",
            DefaultValueFactory = _ => "-",
        };
        var key = new Option<string?>("--key")
        {
            Description = "The field of each line that becomes the record's key. Without it records have no key.",
            HelpName = "field",
        };
        var strict = new Option<bool>("--strict")
        {
            Description = "Stop at the first broken line instead of leaving it out; what stands before it is produced.",
        };
        var repeat = new Option<bool>("--repeat")
        {
            Description = "Send a batch again when its outcome is unknown; its events may then be twice on the topic.",
        };
        command.Add(topic);
        command.Add(file);
        command.Add(key);
        command.Add(strict);
        command.Add(repeat);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            await using var input = Open(session.Terminal, parsed.GetRequiredValue(file));
            return await new ProduceRun(
                session, parsed.GetRequiredValue(topic), parsed.GetValue(key), parsed.GetValue(strict), parsed.GetValue(repeat))
                .RunAsync(input, cancellationToken);
        });
    }

    private static Stream Open(Terminal terminal, string file)
    {
        if (file == "-")
            return terminal.Input();
        try
        {
            return new FileStream(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Cannot read '{file}': {e.Message}");
        }
    }
}
