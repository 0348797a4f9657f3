using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Checkpointing;
using Confluent.Kafka;
using Kafka.Streaming.Interop;

namespace Kafka.Streaming.Outputs;

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
    private readonly Action<OutputProducer, IOutputSending, ErrorCode> _onEnded;
    private readonly Action<OutputProducer, Error> _onError;
    private readonly Action<string, string> _onLog;
    private readonly GCHandle _self;
    private readonly Thread _thread;
    private int _inside; // calls that use the client
    private volatile bool _isEnding;

    /// <param name="settings">Of librdkafka. What is for Confluent.Kafka ("dotnet.") is passed over.</param>
    /// <param name="onEnded">
    /// Told once of each output that was taken, by the producer's own thread: <see cref="ErrorCode.NoError"/>, or why it is not known to
    /// be delivered.
    /// </param>
    /// <param name="onError">Called by any thread.</param>
    /// <param name="onLog">Facility and text, by any thread.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public OutputProducer(
        IReadOnlyDictionary<string, string> settings, Action<OutputProducer, IOutputSending, ErrorCode> onEnded,
        Action<OutputProducer, Error> onError, Action<string, string> onLog)
    {
        (_onEnded, _onError, _onLog) = (onEnded, onError, onLog);
        _ = Library.Version; // loads the library
        _self = GCHandle.Alloc(this);
        try
        {
            Client = Create(settings, GCHandle.ToIntPtr(_self));
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
    public nint Client { get; }

    /// <summary>Copies an output into the queue. Of <see cref="ErrorCode.NoError"/> alone there will be a report.</summary>
    /// <returns><see cref="ErrorCode.Local_Destroy"/>: it has ended, or is about to.</returns>
    public ErrorCode Produce(IOutputSending sending)
    {
        var output = sending.Output;
        if (!TryEnter())
            return ErrorCode.Local_Destroy;
        try
        {
            var topic = _topics.TryGetValue(output.Topic, out var known) ? known : TopicOf(output.Topic);
            if (topic == 0)
                return (ErrorCode)LibRdKafka.LastError();
            var opaque = GCHandle.Alloc(sending);
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
            return LibRdKafka.FatalError(Client, text, TextSize) == LibRdKafka.Ok ? null : LibRdKafka.Text(text);
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
            _ = LibRdKafka.Flush(Client, (int)patience.TotalMilliseconds);
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
            _ = LibRdKafka.Poll(Client, PollMs);
        // Each one that was taken is reported, so that it can be given to another producer.
        do
        {
            _ = LibRdKafka.Purge(Client, LibRdKafka.PurgeAll);
            _ = LibRdKafka.Poll(Client, LastPollMs);
        }
        while (Volatile.Read(ref _inside) > 0 || LibRdKafka.Outstanding(Client) > 0);
        foreach (var topic in _topics.Values)
            LibRdKafka.TopicDestroy(topic);
        LibRdKafka.Destroy(Client);
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
            var topic = LibRdKafka.TopicNew(Client, name, 0);
            if (topic != 0)
                _topics[name] = topic;
            return topic;
        }
    }

    private ErrorCode Produce(nint topic, Output output, nint opaque)
    {
        var size = Encoding.UTF8.GetMaxByteCount(output.Id.Length);
        if (output.Headers is not null)
        {
            foreach (var (name, value) in output.Headers)
                size += Encoding.UTF8.GetMaxByteCount(name.Length + value.Length) + 1;
        }
        var texts = ArrayPool<byte>.Shared.Rent(size);
        var parts = stackalloc LibRdKafka.Part[6 + (output.Headers?.Count ?? 0)];
        byte nothing; // a pointer that is null would say that there is none
        nint error;
        fixed (byte* key = output.Key.Span, value = output.Value.Span, text = texts, idHeader = _idHeader)
        {
            byte* next = text, end = text + texts.Length;
            parts[0] = new() { Type = LibRdKafka.PartType.Topic, Pointer = topic };
            parts[1] = new() { Type = LibRdKafka.PartType.Flags, Number = LibRdKafka.CopyValue };
            parts[2] = new() { Type = LibRdKafka.PartType.Opaque, Pointer = opaque };
            parts[3] = LibRdKafka.Part.Bytes(LibRdKafka.PartType.Key, key is null ? &nothing : key, output.Key.Length);
            parts[4] = LibRdKafka.Part.Bytes(LibRdKafka.PartType.Value, value is null ? &nothing : value, output.Value.Length);
            parts[5] = Header(idHeader, output.Id, ref next, end);
            var count = 6;
            if (output.Headers is not null)
            {
                foreach (var (name, content) in output.Headers)
                {
                    var start = Write(name, ref next, end);
                    *next++ = 0;
                    parts[count++] = Header(start, content, ref next, end);
                }
            }
            error = LibRdKafka.Produce(Client, parts, count);
        }
        ArrayPool<byte>.Shared.Return(texts);
        if (error == 0)
            return ErrorCode.NoError;
        var code = (ErrorCode)LibRdKafka.ErrorCode(error);
        LibRdKafka.ErrorDestroy(error);
        return code;
    }

    private static LibRdKafka.Part Header(byte* name, string content, ref byte* next, byte* end)
    {
        var value = Write(content, ref next, end);
        return LibRdKafka.Part.Header(name, value, (int)(next - value));
    }

    /// <summary>Answers where the text begins.</summary>
    private static byte* Write(string text, ref byte* next, byte* end)
    {
        var start = next;
        next += Encoding.UTF8.GetBytes(text, new Span<byte>(next, (int)(end - next)));
        return start;
    }

    [UnmanagedCallersOnly]
    private static void OnDelivered(nint client, LibRdKafka.Message* message, nint self)
    {
        var opaque = GCHandle.FromIntPtr(message->Private);
        var sending = (IOutputSending)opaque.Target!;
        opaque.Free();
        var producer = Of(self);
        try
        {
            producer._onEnded(producer, sending, (ErrorCode)message->Error);
        }
        catch (Exception e)
        {
            producer._onError(producer, new Error(ErrorCode.Local_Application, e.ToString()));
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
