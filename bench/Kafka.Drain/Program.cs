using System.Diagnostics;
using Kafka.Drain;
using Kafka.Streaming;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Drains a topic through reader, lanes and a lane grain that calls everything durable at once.
// Kafka.Drain BOOTSTRAP TOPIC RECORDS [--Consumer:KEY=VALUE ..]
var (bootstrap, topic, records) = (args[0], args[1], long.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture));
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton<Tally>();
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(siloPort: 31911, gatewayPort: 31912)
    .AddKafkaStreams("kafka", options =>
    {
        options.BootstrapServers = bootstrap;
        options.GroupId = $"drain-{Guid.NewGuid():N}";
        options.Topics.Add(new KafkaTopicOptions
        {
            Name = topic,
            KeyPath = Environment.GetEnvironmentVariable("KEY_PATH"),
        });
        foreach (var setting in args.Skip(3).Select(arg => arg.Split('=', 2)))
            options.Consumer[setting[0]] = setting[1];
    }));
using var host = builder.Build();
await host.StartAsync();
var tally = host.Services.GetRequiredService<Tally>();
var health = host.Services.GetRequiredService<KafkaStreamHealth>();
for (var round = 0; round < 1; round++)
{
    await tally.First;
    var (start, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
    var (begin, allocated) = (tally.Records, GC.GetTotalAllocatedBytes());
    while (tally.Records < records)
        await Task.Delay(20);
    var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds;
    var done = tally.Records - begin;
    Console.WriteLine($"{done:N0} records in {seconds:N2} s: {done / seconds:N0}/s, {used / done:N2} us of processor a record, " +
        $"{tally.Windows:N0} windows, {(GC.GetTotalAllocatedBytes() - allocated) / done:N0} B a record, " +
        $"gc {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)}, pauses {GC.GetTotalPauseDuration().TotalMilliseconds:N0} ms");
}
while (health.Partitions.Sum(partition => partition.Committed) < records)
    await Task.Delay(20);
Console.WriteLine($"committed {health.Partitions.Sum(partition => partition.Committed):N0}");
await host.StopAsync();
