using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Load;

namespace HBaseLoad;

/// <summary>What one process of a client printed: a line of figures an operation.</summary>
internal sealed class ClientRun
{
    private readonly Dictionary<string, JsonNode> _lines = [];

    public static async Task<ClientRun> StartAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var run = new ClientRun();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        try
        {
            double? cpu = null;
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                await Console.Error.WriteLineAsync(line);
                process.Refresh();
                var now = process.HasExited ? (double?)null : process.TotalProcessorTime.TotalMicroseconds;
                run.Add(line, now - cpu);
                cpu = now;
            }

            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? run : throw new BenchException($"{program} ended with {process.ExitCode}");
        }
        catch
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public double? Figure(string op, string figure) =>
        _lines.TryGetValue(op, out var line) && line[figure] is { } value ? value.GetValue<double>() : null;

    // A client that does not say what processor time an operation took has used it since its line before; for the first
    // nobody knows.
    private void Add(string line, double? microsSinceLast)
    {
        try
        {
            var figures = JsonNode.Parse(line)!;
            if (figures["cpu_us"] is null && microsSinceLast is { } micros)
                figures["cpu_us"] = micros / figures["n"]!.GetValue<long>();
            _lines[figures["op"]!.GetValue<string>()] = figures;
        }
        catch (JsonException e)
        {
            throw new BenchException($"a client printed no figures but: {line} ({e.Message})");
        }
    }
}
