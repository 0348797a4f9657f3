using System.Globalization;
using Client.Producing;
using Spectre.Console;

namespace Client.CommandLine;

/// <summary>One run of <c>produce</c>: broken lines and progress on the error output, a summary on the output.</summary>
internal sealed class ProduceRun(Session session, string topic, string? keyField, bool strict, bool repeat)
{
    /// <summary>More broken lines than this are only counted.</summary>
    private const int BrokenLinesShown = 20;

    private long _broken;
    private long _acknowledged;

    public async Task<int> RunAsync(Stream input, CancellationToken cancellationToken)
    {
        var reader = new JsonLineReader(keyField, Broken);
        try
        {
            if (session.Terminal.IsErrorLive && !session.Json)
                await session.Terminal.ErrorScreen.Progress()
                    .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
                    .StartAsync(progress => SendAsync(input, reader, Shown(progress, input, reader), cancellationToken));
            else
                await SendAsync(input, reader, static () => { }, cancellationToken);
        }
        catch (Exception error)
        {
            var (code, sentence) = Failures.Explain(error);
            session.Note(session.Settings.Verbose ? $"{sentence}{Environment.NewLine}{error}" : sentence);
            Summarize((error as ProduceException)?.Unknown ?? 0);
            return code != ExitCode.Interrupted && _acknowledged > 0 ? ExitCode.PartlyDone : code;
        }

        Summarize(unknown: 0);
        return _broken == 0 ? ExitCode.Done : ExitCode.PartlyDone;
    }

    private Task<long> SendAsync(Stream input, JsonLineReader reader, Action show, CancellationToken cancellationToken) =>
        session.Client.ProduceAsync(
            topic,
            reader.ReadAsync(input, cancellationToken),
            new ProduceOptions { RepeatUnknown = repeat },
            acknowledged =>
            {
                _acknowledged = acknowledged;
                show();
            },
            cancellationToken);

    /// <summary>A bar over the bytes of a file; for a pipe, whose end is not known, only the count.</summary>
    private Action Shown(ProgressContext progress, Stream input, JsonLineReader reader)
    {
        var length = input.CanSeek ? input.Length : 0;
        var task = progress.AddTask(topic, autoStart: true, maxValue: Math.Max(length, 1));
        task.IsIndeterminate = length == 0;
        return () =>
        {
            task.Description = string.Create(CultureInfo.InvariantCulture, $"{_acknowledged:N0} events acknowledged");
            if (length > 0)
                task.Value = reader.BytesRead;
        };
    }

    private void Broken(long line, string reason)
    {
        if (strict)
            throw new BrokenLineException(line, reason);
        _broken++;
        if (_broken <= BrokenLinesShown)
            session.Note($"Line {line} is broken and left out: {reason}.");
        else if (_broken == BrokenLinesShown + 1)
            session.Note("More broken lines are only counted.");
    }

    private void Summarize(int unknown)
    {
        if (session.Json)
        {
            session.WriteJson(Documents.Of(new ProduceSummary(topic, _acknowledged, _broken, unknown)));
            return;
        }

        var parts = new List<string> { $"{_acknowledged} events produced to {topic}" };
        if (_broken > 0)
            parts.Add($"{_broken} broken lines left out");
        if (unknown > 0)
            parts.Add($"the outcome of {unknown} more unknown");
        session.Terminal.Output.WriteLine(string.Join(", ", parts) + ".");
    }
}
