using System.Buffers.Binary;
using Google.Protobuf;
using HBase.Client.Connection;
using HBase.Client.Protocol;
using Xunit;
using Messages = HBase.Client.Protocol.Messages;

namespace HBase.Client.Tests.Protocol;

public sealed class CodecTests
{
    private static readonly byte[] _row = [0, 1, 0xFF];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 200)]
    [InlineData(50, 40_000)]
    public void Cells_come_back_as_they_were_written(int count, int valueLength)
    {
        var random = new Random(count);
        var put = new Put(_row);
        for (var i = 0; i < count; i++)
        {
            var (qualifier, value) = (new byte[i], new byte[valueLength]);
            random.NextBytes(qualifier);
            random.NextBytes(value);
            put.Add("fam"u8.ToArray(), qualifier, value, i * 1000L);
        }

        using var frame = new FrameBuffer(16);
        MutationEncoder.Cells(frame, put);
        var reader = new CellBlockReader(frame.Frame.Span);
        var row = reader.Take(count)!;
        Assert.True(reader.AtEnd);
        Assert.Equal(_row, row.Key.ToArray());
        for (var i = 0; i < count; i++)
        {
            Assert.Equal("fam"u8, row.Cells[i].Family.Span);
            Assert.Equal(put.Cells[i].Qualifier.Span, row.Cells[i].Qualifier.Span);
            Assert.Equal(put.Cells[i].Value.Span, row.Cells[i].Value.Span);
            Assert.Equal(put.Cells[i].Timestamp, row.Cells[i].Timestamp);
        }
    }

    [Fact]
    public void A_cell_cut_anywhere_is_a_protocol_error()
    {
        var block = Block();
        for (var length = 0; length < block.Length; length++)
        {
            var cut = block[..length];
            Assert.Throws<HBaseProtocolException>(() => Take(cut));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(17)]
    public void A_wrong_length_in_a_cell_is_a_protocol_error(int at)
    {
        foreach (var wrong in new byte[] { 0x7F, 0x80, 0xFF })
        {
            var block = Block();
            block[at] = wrong;
            Assert.Throws<HBaseProtocolException>(() => Take(block));
        }
    }

    [Fact]
    public void Any_corrupted_response_is_a_protocol_error_or_decodes()
    {
        var frame = Response(7, new Messages.MutateRowsResponse { Processed = true }.ToByteArray(), Block());
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var bad = frame.ToArray();
            for (var k = random.Next(1, 4); k > 0; k--) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            bad = bad[..random.Next(1, bad.Length + 1)];
            try
            {
                var parsed = ResponseFrame.Parse(bad);
                Assert.InRange(parsed.CellStart + parsed.CellLength, 0, bad.Length);
                Assert.InRange(parsed.MessageStart + parsed.MessageLength, 0, bad.Length);
            }
            catch (HBaseProtocolException)
            {
                // What it should be.
            }
        }
    }

    [Fact]
    public void A_response_is_taken_apart()
    {
        var parsed = ResponseFrame.Parse(Response(7, [8, 1], Block()));
        Assert.Equal(7, parsed.CallId);
        Assert.Equal(2, parsed.MessageLength);
        Assert.Equal(Block().Length, parsed.CellLength);
    }

    [Fact]
    public void An_exception_says_where_the_region_went()
    {
        var header = new Messages.ResponseHeader
        {
            CallId = 3,
            Exception = new Messages.ExceptionResponse
            {
                ExceptionClassName = "org.apache.hadoop.hbase.exceptions.RegionMovedException",
                StackTrace = "moved",
                Hostname = "other",
                Port = 16020,
            },
        };
        var parsed = ResponseFrame.Parse([(byte)header.CalculateSize(), .. header.ToByteArray()]);
        Assert.Equal(FailureAction.Relocate, parsed.Failure!.Action);
        Assert.Equal("other:16020", parsed.Failure.MovedTo.ToString());
    }

    [Fact]
    public void A_call_id_of_minus_one_is_read_as_such()
    {
        byte[] header = [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
        Assert.Equal(-1, ResponseFrame.Parse([(byte)header.Length, .. header]).CallId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(2000)]
    public void A_frame_of_a_wrong_length_is_a_protocol_error(int length)
    {
        var bytes = new byte[100];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        using var stream = new MemoryStream(bytes);
        Assert.Throws<HBaseProtocolException>(() => new FrameReader(stream, 1000).Read());
    }

    [Fact]
    public void A_stream_that_ends_inside_a_frame_is_an_end_of_stream()
    {
        using var stream = new MemoryStream([0, 0, 0, 50, 1, 2]);
        Assert.Throws<EndOfStreamException>(() => new FrameReader(stream, 1000).Read());
    }

    [Fact]
    public void Frames_of_all_sizes_are_cut_out_of_a_stream()
    {
        using var stream = new MemoryStream();
        int[] sizes = [1, 3, 65_530, 65_536, 65_540, 7, 300_000, 2];
        foreach (var size in sizes)
        {
            var head = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(head, size);
            stream.Write(head);
            stream.Write(Enumerable.Repeat((byte)size, size).ToArray());
        }

        stream.Position = 0;
        var reader = new FrameReader(stream, 1_000_000);
        foreach (var size in sizes)
        {
            var (array, length) = reader.Read();
            Assert.Equal(size, length);
            Assert.True(array.AsSpan(0, length).IndexOfAnyExcept((byte)size) < 0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(20_000)]
    public void A_nested_length_is_right_whatever_was_reserved_for_it(int length)
    {
        for (var reserve = 1; reserve <= 4; reserve++)
        {
            using var frame = new FrameBuffer(1);
            var mark = frame.Begin(1, reserve);
            frame.Append(new byte[length]);
            frame.End(mark);
            frame.WriteField(2, 5UL);
            var reader = new ProtoReader(frame.Frame.Span);
            Assert.True(reader.Next(out var field));
            Assert.Equal((1, length), (field, reader.ReadBytes().Length));
            Assert.True(reader.Next(out field));
            Assert.Equal((2, 5UL), (field, reader.ReadVarint()));
            Assert.False(reader.Next(out _));
        }
    }

    private static byte[] Block()
    {
        using var frame = new FrameBuffer();
        MutationEncoder.Cells(frame, new Put(_row).Add("f"u8.ToArray(), "q"u8.ToArray(), "value"u8.ToArray(), 1));
        return frame.Frame.ToArray();
    }

    private static byte[] Response(uint id, byte[] message, byte[] block)
    {
        var header = new Messages.ResponseHeader
        {
            CallId = id,
            CellBlockMeta = new Messages.CellBlockMeta { Length = (uint)block.Length },
        };
        return [(byte)header.CalculateSize(), .. header.ToByteArray(), (byte)message.Length, .. message, .. block];
    }

    private static Row? Take(byte[] block)
    {
        var reader = new CellBlockReader(block);
        return reader.Take(1);
    }
}
