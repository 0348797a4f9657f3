using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Kafka.Streaming.Reading;

/// <summary>
/// Asks the broker again and again where the logs end whose event time matters: only what it says shows that nothing has been
/// overlooked, so that time may go on where nothing comes.
/// </summary>
internal sealed partial class EndWatcher(
    Handle client, Func<IEnumerable<PartitionBuffer>> buffers, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly IAdminClient _admin = new DependentAdminClientBuilder(client).Build();
    private Task _life = Task.CompletedTask;
    private bool _isFailing;

    public void Start() => _life = Task.Run(LiveAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _admin.Dispose();
        _stop.Dispose();
    }

    private async Task LiveAsync()
    {
        while (true)
        {
            try
            {
                await AskAsync().ConfigureAwait(false);
                _isFailing = false;
            }
            catch (KafkaException problem)
            {
                // Until the broker answers again, time stands still where nothing comes.
                if (!_isFailing)
                    LogFailed(problem.Error.Reason);
                _isFailing = true;
            }
            await Task.Delay(Interval, time, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task AskAsync()
    {
        var asked = buffers().Where(buffer => buffer.HasTime)
            .ToDictionary(buffer => new TopicPartition(buffer.Topic, buffer.Partition));
        if (asked.Count == 0)
            return;
        var askedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        var specs = asked.Keys.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() });
        var ends = await _admin.ListOffsetsAsync(specs, new ListOffsetsOptions { RequestTimeout = CallTimeout }).ConfigureAwait(false);
        foreach (var end in ends.ResultInfos.Select(info => info.TopicPartitionOffsetError).Where(end => !end.Error.IsError))
            asked[end.TopicPartition].SetEnd(end.Offset.Value, askedAt);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Where the partitions end could not be asked, so timers wait: {Error}")]
    private partial void LogFailed(string error);
}
