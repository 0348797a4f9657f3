using System.Globalization;
using System.Text;
using Silo.Configuration;
using Silo.Hosting;

namespace Silo.Demo;

/// <summary>
/// Sensors of a small plant: temperatures that wander around 70 °C, and now and then a machine that overheats and cools
/// down again.
/// </summary>
internal sealed partial class DemoTraffic(
    IEventTopics topics, DemoSettings settings, TimeProvider time, ILogger<DemoTraffic> logger) : BackgroundService
{
    /// <summary>The topic that the demo's kind reads.</summary>
    public const string Topic = "readings";

    private static readonly string[] Machines = ["press", "oven", "mixer", "lathe", "pump", "boiler", "dryer", "mill"];
    private readonly Random _random = new(20260);
    private readonly Dictionary<int, double> _temperatures = [];
    private readonly Dictionary<int, int> _overheating = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogStarted(logger, settings.Rate, settings.Entities, Topic);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Math.Clamp(settings.Rate, 1, 1000)), time);
        long number = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await SendAsync(number++, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private Task SendAsync(long number, CancellationToken cancellationToken)
    {
        var sensor = _random.Next(settings.Entities);
        var name = $"{Machines[sensor % Machines.Length]}-{1 + (sensor / Machines.Length)}";
        var value = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"temperature\":{Next(sensor):F1},\"state\":\"{(_overheating.ContainsKey(sensor) ? "strained" : "normal")}\",\"at\":{time.GetUtcNow().ToUnixTimeMilliseconds()}}}");
        return topics.AppendAsync(Topic, name, Encoding.UTF8.GetBytes(value), cancellationToken);
    }

    /// <summary>A sensor's next temperature: a walk back to 70 °C, or up to 100 °C while its machine overheats.</summary>
    private double Next(int sensor)
    {
        if (_random.Next(400) == 0) _overheating.TryAdd(sensor, 12);
        var target = 70.0;
        if (_overheating.TryGetValue(sensor, out var left))
        {
            target = 100;
            if (left == 0) _overheating.Remove(sensor);
            else _overheating[sensor] = left - 1;
        }

        var now = _temperatures.GetValueOrDefault(sensor, 70);
        return _temperatures[sensor] = now + ((target - now) * 0.35) + (_random.NextDouble() * 3) - 1.5;
    }

    [LoggerMessage(LogLevel.Information, "Demo traffic: {Rate} events/s about {Entities} sensors on topic {Topic}. Turn it off with Demo:Enabled=false")]
    private static partial void LogStarted(ILogger logger, int rate, int entities, string topic);
}
