using System.CommandLine;
using System.Text.Json.Nodes;
using global::Rules.Engine;
using global::Rules.Language;

namespace Client.CommandLine.Rules;

/// <summary><c>rules eval</c>: the value of an expression after each row of a file.</summary>
internal static class RulesEvalCommand
{
    public static Command Create(GranaryCommand granary)
    {
        var command = new Command("eval", "The value of an expression after each row of a file, as CSV (time, entity, value).");
        var expression = new Argument<string>("EXPR") { Description = "As a rule's 'when' has it: \"avg(temperature, 5m)\"." };
        var input = new Option<FileInfo>("--input") { Description = "A .csv file with a header, or a .jsonl file of objects.", Required = true, HelpName = "file" };
        var time = new Option<string>("--time") { Description = "The field with the event's time.", Required = true, HelpName = "field" };
        var entity = new Option<string?>("--entity") { Description = "The field with the entity's key; without it all rows are one entity's.", HelpName = "field" };
        input.AcceptExistingOnly();
        command.Add(expression);
        command.Add(input);
        command.Add(time);
        command.Add(entity);
        return granary.Local(command, (terminal, settings, parsed, cancellationToken) => RunAsync(
            new Request(parsed.GetRequiredValue(expression), parsed.GetRequiredValue(input), parsed.GetRequiredValue(time), parsed.GetValue(entity)),
            terminal, settings.Json, cancellationToken));
    }

    private static async Task<int> RunAsync(Request request, Terminal terminal, bool json, CancellationToken cancellationToken)
    {
        using var rows = EventRows.Open(request.Input.FullName, request.TimeField, request.EntityField);
        Func<string, ExpressionProbe> newProbe;
        try
        {
            newProbe = ExpressionProbe.Of(ExpressionParser.Parse(request.Expression, rows.Fields));
        }
        catch (RuleException e)
        {
            throw new UsageException(e.Message);
        }

        var probes = new Dictionary<string, ExpressionProbe>(StringComparer.Ordinal);
        if (!json) await WriteAsync(terminal, "time", "entity", "value");
        await foreach (var row in rows.ReadAsync(cancellationToken))
        {
            if (!probes.TryGetValue(row.Entity, out var probe)) probes.Add(row.Entity, probe = newProbe(row.Entity));
            var value = probe.Observe(row.Event);
            if (json)
                await terminal.Output.WriteLineAsync(new JsonObject { ["time"] = row.Time, ["entity"] = row.Entity, ["value"] = value }.ToJsonString());
            else
                await WriteAsync(terminal, row.Time, row.Entity, value);
        }

        return ExitCode.Done;
    }

    private static Task WriteAsync(Terminal terminal, params string[] values) =>
        terminal.Output.WriteLineAsync(string.Join(',', values.Select(Quoted)));

    private static string Quoted(string value) =>
        value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed record Request(string Expression, FileInfo Input, string TimeField, string? EntityField);
}
