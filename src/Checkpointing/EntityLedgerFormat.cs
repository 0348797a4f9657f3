using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Checkpointing;

/// <summary>
/// An entity's ledger as bytes. Numbers are unsigned LEB128, an n-bytes is its length and the bytes, a text is UTF-8 n-bytes,
/// a time is 8 bytes big-endian, milliseconds since the Unix epoch.
/// </summary>
/// <remarks><code>
/// ledger  = version(1 byte, 1) count source* forgotten-until(time) count command*
/// source  = name(text) applied(number) count (offset(number) output)*
/// command = id(text) issued(time) ended(time) answer(n-bytes) count output*
/// output  = id(text) topic(text) key(n-bytes) value(n-bytes) when-durable(number, 0 or 1)
///           headers(number: 0 none, else 1 + count) (name(text) value(text))*
/// </code></remarks>
internal static class EntityLedgerFormat
{
    public const byte Version = 1;

    public static void Write(EntityLedger ledger, IBufferWriter<byte> buffer)
    {
        var to = new LedgerWriter(buffer);
        to.Byte(Version);
        to.Number(ledger.Sources.Count);
        foreach (var source in ledger.Sources)
        {
            to.Text(source.Source);
            to.Number(source.Applied);
            to.Number(source.Outbox.Count);
            to.Raw(source.Outbox.Bytes);
        }
        to.Time(ledger.Commands.ForgottenUntil);
        to.Number(ledger.Commands.Commands.Count);
        foreach (var command in ledger.Commands.Commands)
        {
            to.Text(command.Id);
            to.Time(command.Issued);
            to.Time(command.Ended);
            to.Bytes(command.Answer);
            to.Number(command.Outputs.Count);
            foreach (var output in command.Outputs)
                Write(to, output);
        }
    }

    public static EntityLedger Read(Guid activation, ref ReadOnlySpan<byte> bytes)
    {
        var from = new LedgerReader(bytes);
        var version = from.Byte();
        if (version != Version)
            throw new InvalidDataException($"An entity ledger of version {version}; this program knows version {Version}.");
        var ledger = new EntityLedger(activation);
        for (var sources = from.Count(); sources > 0; sources--)
        {
            var source = ledger.FindOrAdd(from.Text());
            source.Restore(from.Number());
            ledger.LastSource = source.Source;
            ReadOutbox(source.Outbox, ref from);
        }
        ledger.Commands.Restore(from.Time());
        for (var commands = from.Count(); commands > 0; commands--)
        {
            var command = new KeptCommand(from.Text(), from.Time(), from.Time(), from.Bytes().ToArray(), []);
            for (var outputs = from.Count(); outputs > 0; outputs--)
                command.Outputs.Add(ReadOutput(ref from));
            ledger.Commands.Restore(command);
        }
        bytes = from.Rest;
        return ledger;
    }

    public static void Write(LedgerWriter to, in CausedOutput output)
    {
        to.Number(output.Offset);
        Write(to, output.Output);
    }

    public static CausedOutput ReadCausedOutput(ref LedgerReader from) => new(from.Number(), ReadOutput(ref from));

    public static void SkipOutput(ref LedgerReader from)
    {
        for (var field = 0; field < 4; field++)
            from.Bytes();
        from.Number();
        for (var texts = 2 * Math.Max(from.Count() - 1, 0); texts > 0; texts--)
            from.Bytes();
    }

    private static void ReadOutbox(Outbox outbox, ref LedgerReader from)
    {
        var count = from.Count();
        var bytes = from.Rest;
        for (var outputs = count; outputs > 0; outputs--)
        {
            from.Number();
            SkipOutput(ref from);
        }
        outbox.Add(count, bytes[..^from.Rest.Length]);
    }

    private static void Write(LedgerWriter to, Output output)
    {
        to.Text(output.Id);
        to.Text(output.Topic);
        to.Bytes(output.Key.Span);
        to.Bytes(output.Value.Span);
        to.Number(output.WhenDurable ? 1 : 0);
        if (output.Headers is null)
        {
            to.Number(0);
            return;
        }
        to.Number(output.Headers.Count + 1);
        foreach (var (name, value) in output.Headers)
        {
            to.Text(name);
            to.Text(value);
        }
    }

    private static Output ReadOutput(ref LedgerReader from)
    {
        var id = from.Text();
        var topic = from.Text();
        var key = from.Bytes().ToArray();
        var value = from.Bytes().ToArray();
        var whenDurable = from.Number() != 0;
        Dictionary<string, string>? headers = null;
        var count = from.Count();
        if (count > 0)
        {
            headers = [];
            for (; count > 1; count--)
                headers.Add(from.Text(), from.Text());
        }
        return new Output
        {
            Id = id,
            Topic = topic,
            Key = key,
            Value = value,
            WhenDurable = whenDurable,
            Headers = headers,
        };
    }
}

internal readonly struct LedgerWriter(IBufferWriter<byte> to)
{
    public void Byte(byte value)
    {
        to.GetSpan(1)[0] = value;
        to.Advance(1);
    }

    public void Number(long value)
    {
        var span = to.GetSpan(10);
        var rest = (ulong)value;
        var length = 0;
        for (; rest >= 0x80; rest >>= 7)
            span[length++] = (byte)(rest | 0x80);
        span[length++] = (byte)rest;
        to.Advance(length);
    }

    public void Time(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(8), value);
        to.Advance(8);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        to.Write(value);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => to.Write(bytes);

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Number(length);
        Encoding.UTF8.GetBytes(value, to.GetSpan(length));
        to.Advance(length);
    }
}

internal ref struct LedgerReader(ReadOnlySpan<byte> bytes)
{
    private readonly int _length = bytes.Length;

    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public byte Byte() => Take(1)[0];

    public long Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)value;
        }
        throw new InvalidDataException($"The entity ledger has no number at byte {_length - Rest.Length - 10}.");
    }

    /// <summary>A number of things of at least a byte each.</summary>
    public int Count()
    {
        var count = Number();
        // One more than the rest holds: a header count is written plus one.
        if (count < 0 || count > Rest.Length + 1L)
            throw CutOff(count);
        return (int)count;
    }

    public long Time() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Number();
        if (length < 0 || length > Rest.Length)
            throw CutOff(length);
        return Take((int)length);
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > Rest.Length)
            throw CutOff(length);
        var taken = Rest[..length];
        Rest = Rest[length..];
        return taken;
    }

    private readonly InvalidDataException CutOff(long wanted) =>
        new($"The entity ledger is cut off: {wanted} more expected at byte {_length - Rest.Length} of {_length}.");
}
