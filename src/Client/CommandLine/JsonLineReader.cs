using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Grains.Interfaces;

namespace Client.CommandLine;

/// <summary>Reads events from JSON lines; empty lines count but are nothing.</summary>
/// <param name="keyField">The field of each object that becomes the record's key; null: records have none.</param>
/// <param name="broken">Told of each line that is no event, with its number from 1 and the reason. May throw to stop.</param>
internal sealed class JsonLineReader(string? keyField, Action<long, string> broken)
{
    /// <summary>Brokers refuse records above 1 MB unless told otherwise, and would refuse the whole batch with it.</summary>
    public const int MaxLineBytes = 1_000_000;

    private readonly byte[]? _keyField = keyField is null ? null : Encoding.UTF8.GetBytes(keyField);
    private long _bytesRead;

    /// <summary>Lines read so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Bytes read so far; another thread may ask.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    public async IAsyncEnumerable<ProducedEvent> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        var skipping = false;
        for (var ended = false; !ended;)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            ended = read.IsCompleted;
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, ended, out var line))
            {
                Lines++;
                if (!skipping && Parse(line) is { } item)
                    yield return item;
                skipping = false;
            }

            if (!skipping && rest.Length > MaxLineBytes)
            {
                skipping = true;
                TooLong(Lines + 1);
            }

            if (skipping)
                rest = rest.Slice(rest.End);
            Volatile.Write(ref _bytesRead, _bytesRead + read.Buffer.Length - rest.Length);
            pipe.AdvanceTo(rest.Start, rest.End);
        }

        await pipe.CompleteAsync();
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool ended, out ReadOnlySequence<byte> line)
    {
        line = rest;
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        if (!ended || rest.IsEmpty)
            return false;
        rest = rest.Slice(rest.End);
        return true;
    }

    private ProducedEvent? Parse(in ReadOnlySequence<byte> line)
    {
        if (line.Length > MaxLineBytes)
        {
            TooLong(Lines);
            return null;
        }

        var value = Trim(line.ToArray(), first: Lines == 1);
        if (value.IsEmpty)
            return null;
        try
        {
            if (!Utf8.IsValid(value.Span))
                throw new JsonException("not UTF-8");
            return new ProducedEvent(KeyOf(value.Span), value);
        }
        catch (JsonException e)
        {
            broken(Lines, e.BytePositionInLine is { } at ? $"not JSON at byte {at}" : e.Message);
            return null;
        }
    }

    /// <summary>Reads all of a line, which is one JSON value, and takes the key out.</summary>
    private string? KeyOf(ReadOnlySpan<byte> json)
    {
        string? key = null;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (_keyField is null || reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1
                || !reader.ValueTextEquals(_keyField))
                continue;
            reader.Read();
            key = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => throw new JsonException($"field '{keyField}' is neither text nor a number nor a boolean"),
            };
        }

        if (_keyField is not null && key is null)
            throw new JsonException($"no field '{keyField}' to be the key");
        return key;
    }

    private void TooLong(long line) => broken(line, $"longer than {MaxLineBytes} bytes");

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line, bool first)
    {
        if (first && line.Span.StartsWith("\uFEFF"u8))
            line = line[3..];
        var trimmed = line.Span.Trim(" \t\r"u8);
        if (trimmed.IsEmpty)
            return default;
        line.Span.Overlaps(trimmed, out var offset);
        return line.Slice(offset, trimmed.Length);
    }
}

/// <summary>A line is no event, and the caller wants to stop there.</summary>
internal sealed class BrokenLineException(long line, string reason) : Exception($"Line {line} is broken: {reason}.");
