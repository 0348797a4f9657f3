using System.Text;

namespace HBase.Client.Protocol;

/// <summary>Reads protobuf fields in place. Everything that does not fit is a <see cref="HBaseProtocolException"/>.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> span)
{
    private readonly ReadOnlySpan<byte> _span = span;
    private int _position;
    private int _wireType;

    public readonly int Position => _position;

    /// <summary>Moves to the next field; false at the end.</summary>
    public bool Next(out int field)
    {
        if (_position == _span.Length)
        {
            field = 0;
            return false;
        }

        var tag = ReadVarint();
        _wireType = (int)(tag & 7);
        field = (int)(tag >> 3);
        if (field <= 0) throw new HBaseProtocolException("A message has a field without a number.");
        return true;
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _span.Length) throw Truncated();
            var b = _span[_position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }

        throw new HBaseProtocolException("A number in a message is longer than ten bytes.");
    }

    public bool ReadBool() => ReadVarint() != 0;

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > (ulong)(_span.Length - _position)) throw Truncated();
        var bytes = _span.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>Passes over the field that <see cref="Next"/> stopped at.</summary>
    public void Skip()
    {
        switch (_wireType)
        {
            case 0:
                ReadVarint();
                break;
            case 1:
                Advance(8);
                break;
            case 2:
                ReadBytes();
                break;
            case 5:
                Advance(4);
                break;
            default:
                throw new HBaseProtocolException($"A message has a field of the unknown wire type {_wireType}.");
        }
    }

    private static HBaseProtocolException Truncated() => new("A message ends inside a field.");

    private void Advance(int bytes)
    {
        if (_span.Length - _position < bytes) throw Truncated();
        _position += bytes;
    }
}
