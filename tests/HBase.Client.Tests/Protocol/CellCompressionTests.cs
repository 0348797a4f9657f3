using System.Text;
using HBase.Client.Protocol;
using Xunit;

namespace HBase.Client.Tests.Protocol;

public sealed class CellCompressionTests
{
    private const int Most = 1 << 22;

    [Theory]
    [InlineData(HBaseCompression.Snappy, 1)]
    [InlineData(HBaseCompression.Snappy, 200 * 1024)]
    [InlineData(HBaseCompression.Snappy, 1_000_001)]
    [InlineData(HBaseCompression.Gzip, 1)]
    [InlineData(HBaseCompression.Gzip, 1_000_001)]
    public void What_is_compressed_comes_back(HBaseCompression compression, int length)
    {
        var random = new byte[length];
        new Random(length).NextBytes(random);
        foreach (var bytes in new[] { random, new byte[length] })
        {
            var (array, size) = CellCompression.Compress(compression, bytes);
            var (plain, count) = CellCompression.Decompress(compression, array.AsMemory(0, size), Most);
            Assert.True(plain.AsSpan(0, count).SequenceEqual(bytes));
        }
    }

    [Fact]
    public void A_block_of_several_snappy_chunks_is_read()
    {
        // Two blocks: "hello, world" in two literals, then "!" alone; a literal of n bytes is {n, (n - 1) << 2, bytes}.
        byte[] block =
        [
            0, 0, 0, 12, 0, 0, 0, 9, 7, 6 << 2, .. "hello, "u8, 0, 0, 0, 7, 5, 4 << 2, .. "world"u8,
            0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, 1, 0, .. "!"u8,
        ];
        var (plain, count) = CellCompression.Decompress(HBaseCompression.Snappy, block, Most);
        Assert.Equal("hello, world!", Encoding.ASCII.GetString(plain.AsSpan(0, count)));
    }

    [Theory]
    [InlineData(HBaseCompression.Snappy)]
    [InlineData(HBaseCompression.Gzip)]
    public void A_block_that_grows_beyond_the_most_is_refused(HBaseCompression compression)
    {
        var (array, size) = CellCompression.Compress(compression, new byte[Most + 1]);
        Assert.Throws<HBaseProtocolException>(() => CellCompression.Decompress(compression, array.AsMemory(0, size), Most));
    }

    [Theory]
    [InlineData("00000001")]
    [InlineData("0000000100000001")]
    [InlineData("000000010000000301")]
    [InlineData("ffffffff")]
    [InlineData("00000001000000030200ff")]
    public void Malformed_snappy_is_a_protocol_error(string hex) => Assert.Throws<HBaseProtocolException>(
        () => CellCompression.Decompress(HBaseCompression.Snappy, Convert.FromHexString(hex), Most));
}
