using System.CommandLine;
using Client.Commands;
using Grains.Interfaces;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Client.CommandLine;

/// <summary><c>entity watch</c>: asks every half second and shows what has changed, until Ctrl-C.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Longer than this without an answer is shown.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    public static Command Create(GranaryCommand granary)
    {
        var command = new Command("watch", "Show an entity live, until Ctrl-C; as JSON one line for each change.");
        var entity = new EntityArguments(command);
        return granary.Connected(command, async (session, parsed, cancellationToken) =>
        {
            var (kind, key) = entity.Of(parsed);
            var grain = session.Client.Get(kind, key);
            try
            {
                if (session.Terminal.IsLive && !session.Json)
                    await session.Terminal.Screen.Live(new Text("")).StartAsync(
                        live => WatchAsync(session, grain, state => Show(live, state), cancellationToken));
                else
                    await WatchAsync(session, grain, Changes(session), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Ctrl-C is how watching ends.
            }

            return ExitCode.Done;
        });
    }

    /// <summary>Shows the last snapshot, with the error since when there is one.</summary>
    private static async Task WatchAsync(
        Session session, IEntity grain, Action<WatchState> show, CancellationToken cancellationToken)
    {
        var time = session.Terminal.Time;
        var state = new WatchState(null, null);
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                var snapshot = await grain.GetAsync().AsTask().WaitAsync(_patience, time, cancellationToken);
                state = new WatchState(snapshot, null);
            }
            catch (Exception e) when (TransientErrors.IsTransient(e))
            {
                state = state with { Error = e.Message };
            }

            show(state);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static void Show(LiveDisplayContext live, WatchState state)
    {
        var parts = new List<IRenderable>();
        if (state.Snapshot is { } snapshot)
            parts.Add(Views.Snapshot(snapshot));
        parts.Add(new Markup(state.Error is null
            ? "[grey]Ctrl-C ends[/]"
            : $"[red]No answer, trying on: {Markup.Escape(state.Error)}[/]"));
        live.UpdateTarget(new Rows(parts));
    }

    /// <summary>Writes a line for what is not as it was written last.</summary>
    private static Action<WatchState> Changes(Session session)
    {
        string? written = null;
        string? told = null;
        return state =>
        {
            if (state.Error is { } error && error != told)
                session.Note($"No answer, trying on: {error}");
            told = state.Error;
            if (state.Snapshot is not { } snapshot || state.Error is not null)
                return;
            var document = Documents.Of(snapshot);
            if (document == written)
                return;
            written = document;
            session.Terminal.Output.WriteLine(session.Json ? document : Views.Line(snapshot));
            session.Terminal.Output.Flush();
        };
    }

    private sealed record WatchState(EntitySnapshot? Snapshot, string? Error);
}
