using System.Text.Json;
using System.Text.Json.Nodes;

namespace Load.Processes;

/// <summary>The peers' tools: the load, the reader of alerts, and Kafka Streams on the same job.</summary>
internal static class Peers
{
    /// <summary>Writes events to their end; the figures that it prints.</summary>
    public static async Task<JsonNode> LoadAsync(string bootstrap, string[] arguments, CancellationToken cancellationToken) =>
        LastJson(await Shell.RunAsync(Shared.Peers, ["load", "--bootstrap", bootstrap, .. arguments], cancellationToken));

    /// <summary>Reads alerts until as many have come as are expected, or time is over; the figures that it prints.</summary>
    public static async Task<JsonNode> WatchAsync(string bootstrap, string[] arguments, CancellationToken cancellationToken)
    {
        // It ends with 1 when the alerts are not exactly the expected ones: its figures say so too.
        var (_, output) = await Shell.TryRunAsync(
            Shared.Peers, ["watch", "--bootstrap", bootstrap, .. arguments], cancellationToken);
        return LastJson(output);
    }

    /// <summary>Starts the job on Kafka Streams, exactly once.</summary>
    public static ChildProcess StartStreams(
        Servers servers, Scratch scratch, string group, string input, string output) => ChildProcess.Start(
        scratch[$"{group}.log"], Shared.Peers,
        [
            "kafka-streams", "--bootstrap", servers.Bootstrap, "--group", group, "--dir", scratch[$"{group}.state"],
            "--input", input, "--output", output,
        ]);

    private static JsonNode LastJson(string output)
    {
        try
        {
            return JsonNode.Parse(output.Split('\n')[^1])!;
        }
        catch (JsonException e)
        {
            throw new BenchException($"a peer's tool printed no figures but: {output} ({e.Message})");
        }
    }
}
