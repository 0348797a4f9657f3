using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Checkpointing;
using Confluent.Kafka;
using Kafka.Streaming.Interop;

namespace Kafka.Streaming.Outputs;

/// <summary>What becomes of an output that the producer has taken.</summary>
internal interface IDeliveryReport
{
    /// <summary>Told once, by the producer's own thread: <see cref="ErrorCode.NoError"/>, or why it is not known to be delivered.</summary>
    void Ended(ErrorCode error);
}

/// <summary>
/// A producer of librdkafka that takes outputs as they are: Confluent.Kafka's makes some twenty objects of each, which live until
/// the broker answers. Safe from any thread.
/// </summary>
internal sealed unsafe class OutputProducer
{
    /// <summary>The record's header that names the output.</summary>
    public const string IdHeader = "id";

    private const int PollMs = 100;
    private const int LastPollMs = 5;
    private const int TextSize = 512;
    private static readonly byte[] _idHeader = Encoding.UTF8.GetBytes($"{IdHeader}\0");

    private readonly ConcurrentDictionary<string, nint> _topics = new(StringComparer.Ordinal);
    private readonly Action<OutputProducer, Error> _onError;
    private readonly Action<string, string> _onLog;
    private readonly GCHandle _self;
    private readonly nint _client;
    private readonly Thread _thread;
    private int _inside; // calls that use the client
    private volatile bool _isEnding;

    /// <param name="settings">Of librdkafka. What is for Confluent.Kafka ("dotnet.") is passed over.</param>
    /// <param name="onError">Called by any thread.</param>
    /// <param name="onLog">Facility and text, by any thread.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public OutputProducer(IReadOnlyDictionary<string, string> settings, Action<OutputProducer, Error> onError, Action<string, string> onLog)
    {
        (_onError, _onLog) = (onError, onLog);
        _ = Library.Version; // loads the library
        _self = GCHandle.Alloc(this);
        try
        {
            _client = Create(settings, GCHandle.ToIntPtr(_self));
        }
        catch
        {
            _self.Free();
            throw;
        }
        _thread = new Thread(Run) { IsBackground = true, Name = "kafka outputs" };
        _thread.Start();
    }

    /// <summary>The native handle, until <see cref="End"/>.</summary>
    public nint Client => _client;

    /// <summary>Copies an output into the queue. Of <see cref="ErrorCode.NoError"/> alone there will be a report.</summary>
    /// <returns><see cref="ErrorCode.Local_Destroy"/>: it has ended, or is about to.</returns>
    public ErrorCode Produce(Output output, IDeliveryReport report)
    {
        if (!TryEnter())
            return ErrorCode.Local_Destroy;
        try
        {
            var topic = _topics.TryGetValue(output.Topic, out var known) ? known : TopicOf(output.Topic);
            if (topic == 0)
                return (ErrorCode)LibRdKafka.LastError();
            var opaque = GCHandle.Alloc(report);
            var error = Produce(topic, output, GCHandle.ToIntPtr(opaque));
            if (error != ErrorCode.NoError)
                opaque.Free();
            return error;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Why it will never deliver anything again; null while it may, and once it has ended.</summary>
    public string? FatalError()
    {
        if (!TryEnter())
            return null;
        try
        {
            var text = stackalloc byte[TextSize];
            return LibRdKafka.FatalError(_client, text, TextSize) == LibRdKafka.Ok ? null : LibRdKafka.Text(text);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Waits for what is under way, at most so long, and ends. What is left is reported as purged. To be called once.</summary>
    public void End(TimeSpan patience)
    {
        if (patience > TimeSpan.Zero)
            _ = LibRdKafka.Flush(_client, (int)patience.TotalMilliseconds);
        _isEnding = true;
        _thread.Join();
    }

    private bool TryEnter()
    {
        Interlocked.Increment(ref _inside);
        if (!_isEnding)
            return true;
        Leave();
        return false;
    }

    private void Leave() => Interlocked.Decrement(ref _inside);

    private void Run()
    {
        while (!_isEnding)
            _ = LibRdKafka.Poll(_client, PollMs);
        // Each one that was taken is reported, so that it can be given to another producer.
        do
        {
            _ = LibRdKafka.Purge(_client, LibRdKafka.PurgeAll);
            _ = LibRdKafka.Poll(_client, LastPollMs);
        }
        while (Volatile.Read(ref _inside) > 0 || LibRdKafka.Outstanding(_client) > 0);
        foreach (var topic in _topics.Values)
            LibRdKafka.TopicDestroy(topic);
        LibRdKafka.Destroy(_client);
        _self.Free();
    }

    private static nint Create(IReadOnlyDictionary<string, string> settings, nint self)
    {
        var text = stackalloc byte[TextSize];
        var configuration = LibRdKafka.ConfigurationNew();
        foreach (var (name, value) in settings)
        {
            if (name.StartsWith("dotnet.", StringComparison.Ordinal)
                || LibRdKafka.ConfigurationSet(configuration, name, value, text, TextSize) == LibRdKafka.Ok)
                continue;
            LibRdKafka.ConfigurationDestroy(configuration);
            throw new InvalidOperationException($"The producer's setting {name} is refused: {LibRdKafka.Text(text)}");
        }
        LibRdKafka.ConfigurationSetOpaque(configuration, self);
        LibRdKafka.ConfigurationSetDelivered(configuration, &OnDelivered);
        LibRdKafka.ConfigurationSetError(configuration, &OnError);
        LibRdKafka.ConfigurationSetLog(configuration, &OnLog);
        var client = LibRdKafka.New(LibRdKafka.Producer, configuration, text, TextSize);
        if (client != 0)
            return client;
        LibRdKafka.ConfigurationDestroy(configuration);
        throw new InvalidOperationException($"The producer's settings are refused: {LibRdKafka.Text(text)}");
    }

    // A second handle of one topic counts as another reference to it.
    private nint TopicOf(string name)
    {
        lock (_topics)
        {
            if (_topics.TryGetValue(name, out var known))
                return known;
            var topic = LibRdKafka.TopicNew(_client, name, 0);
            if (topic != 0)
                _topics[name] = topic;
            return topic;
        }
    }

    private ErrorCode Produce(nint topic, Output output, nint opaque)
    {
        var size = Encoding.UTF8.GetMaxByteCount(output.Id.Length);
        var headers = output.Headers?.Count ?? 0;
        if (headers > 0)
        {
            foreach (var (name, value) in output.Headers!)
                size += Encoding.UTF8.GetMaxByteCount(name.Length + value.Length) + 1;
        }
        var texts = ArrayPool<byte>.Shared.Rent(size + 1);
        var parts = stackalloc LibRdKafka.Part[6 + headers];
        byte nothing; // a pointer that is null would say that there is none
        fixed (byte* key = output.Key.Span, value = output.Value.Span, text = texts, idHeader = _idHeader)
        {
            parts[0] = new() { Type = LibRdKafka.PartType.Topic, Pointer = topic };
            parts[1] = new() { Type = LibRdKafka.PartType.Flags, Number = LibRdKafka.CopyValue };
            parts[2] = new() { Type = LibRdKafka.PartType.Opaque, Pointer = opaque };
            parts[3] = LibRdKafka.Part.Bytes(LibRdKafka.PartType.Key, key is null ? &nothing : key, output.Key.Length);
            parts[4] = LibRdKafka.Part.Bytes(LibRdKafka.PartType.Value, value is null ? &nothing : value, output.Value.Length);
            var used = 0;
            parts[5] = Header(idHeader, output.Id, text, ref used, texts);
            if (headers > 0)
            {
                var part = 6;
                foreach (var (name, content) in output.Headers!)
                {
                    var start = text + used;
                    used += Encoding.UTF8.GetBytes(name, texts.AsSpan(used));
                    texts[used++] = 0;
                    parts[part++] = Header(start, content, text, ref used, texts);
                }
            }
            var error = LibRdKafka.Produce(_client, parts, 6 + headers);
            ArrayPool<byte>.Shared.Return(texts);
            if (error == 0)
                return ErrorCode.NoError;
            var code = (ErrorCode)LibRdKafka.ErrorCode(error);
            LibRdKafka.ErrorDestroy(error);
            return code;
        }
    }

    private static LibRdKafka.Part Header(byte* name, string value, byte* text, ref int used, byte[] texts)
    {
        var start = used;
        used += Encoding.UTF8.GetBytes(value, texts.AsSpan(used));
        return new()
        {
            Type = LibRdKafka.PartType.Header,
            Pointer = (nint)name,
            HeaderValue = (nint)(text + start),
            HeaderSize = used - start,
        };
    }

    [UnmanagedCallersOnly]
    private static void OnDelivered(nint client, LibRdKafka.Message* message, nint self)
    {
        var opaque = GCHandle.FromIntPtr(message->Private);
        var report = (IDeliveryReport)opaque.Target!;
        opaque.Free();
        try
        {
            report.Ended((ErrorCode)message->Error);
        }
        catch (Exception e)
        {
            Of(self)._onError(Of(self), new Error(ErrorCode.Local_Application, e.ToString()));
        }
    }

    [UnmanagedCallersOnly]
    private static void OnError(nint client, int code, byte* reason, nint self) =>
        Of(self)._onError(Of(self), new Error((ErrorCode)code, LibRdKafka.Text(reason), isFatal: code == (int)ErrorCode.Local_Fatal));

    [UnmanagedCallersOnly]
    private static void OnLog(nint client, int level, byte* facility, byte* text)
    {
        if (LibRdKafka.Opaque(client) is not 0 and var self)
            Of(self)._onLog(LibRdKafka.Text(facility), LibRdKafka.Text(text));
    }

    private static OutputProducer Of(nint self) => (OutputProducer)GCHandle.FromIntPtr(self).Target!;
}
