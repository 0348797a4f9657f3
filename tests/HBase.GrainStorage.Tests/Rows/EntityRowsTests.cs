using HBase.GrainStorage.Rows;

namespace HBase.GrainStorage.Tests.Rows;

public sealed class EntityRowsTests
{
    private static readonly long[] Times =
        [long.MinValue, -3_600_001, -3_600_000, -1, 0, 1, 3_599_999, 3_600_000, 1_790_000_000_000, long.MaxValue];

    // Short texts over the bytes that matter, so that prefixes, separators and escapes meet often.
    private static IEnumerable<byte[]> Texts(int maxLength)
    {
        byte[] alphabet = [0, 1, 2, 3, (byte)'a', 0xFF];
        IEnumerable<byte[]> texts = [[]];
        for (var length = 0; length <= maxLength; length++)
        {
            foreach (var text in texts) yield return text;
            texts = texts.SelectMany(text => alphabet.Select(value => (byte[])[.. text, value])).ToList();
        }
    }

    [Fact]
    public void A_row_key_is_as_documented()
    {
        Assert.Equal("9138" + "73656e736f72" + "00" + "6b6579", Hex(EntityRows.State(new("sensor", "key"))));
        Assert.Equal("d1e4" + "6b" + "00" + "61" + "0101" + "0102" + "62",
            Hex(EntityRows.State(new("k", "a\0\u0001b"))));
        var history = EntityRows.History(EntityRows.State(new("sensor", "key")), 2 * 3_600_000 + 1);
        Assert.Equal("9138" + "73656e736f72" + "00" + "6b6579" + "00" + "8000000000000002", Hex(history));
    }

    [Fact]
    public void Any_bytes_come_back()
    {
        foreach (var kind in Texts(2))
        {
            foreach (var key in Texts(3))
            {
                var row = EntityRows.State(kind, key);
                AssertParsed(kind, key, null, row);
                AssertParsed(kind, key, -1, EntityRows.History(row, -1));
            }
        }
    }

    [Fact]
    public void Encoded_texts_compare_as_the_texts_do()
    {
        var texts = Texts(3).ToList();
        foreach (var left in texts)
        {
            foreach (var right in texts)
            {
                Assert.Equal(
                    Math.Sign(left.AsSpan().SequenceCompareTo(right)),
                    Math.Sign(Encoded(left).AsSpan().SequenceCompareTo(Encoded(right))));
            }
        }
    }

    [Fact]
    public void A_scan_of_an_entitys_history_meets_no_row_of_another()
    {
        var keys = Texts(3).ToList();
        foreach (var key in Texts(2))
        {
            // The hash parts most entities already; here all share one, which is the worst case.
            var state = WithHash(EntityRows.State("k"u8, key));
            var from = EntityRows.History(state, long.MinValue);
            var to = Scan.Prefix(EntityRows.History(state, long.MaxValue)).StopRow;
            Assert.False(IsBetween(state, from, to));
            foreach (var other in keys.Where(other => !other.AsSpan().SequenceEqual(key)))
            {
                var row = WithHash(EntityRows.State("k"u8, other));
                Assert.False(IsBetween(row, from, to));
                Assert.All(Times, time => Assert.False(IsBetween(EntityRows.History(row, time), from, to)));
            }

            Assert.All(Times, time => Assert.True(IsBetween(EntityRows.History(state, time), from, to)));
        }
    }

    [Fact]
    public void Hours_lie_in_the_order_of_time_also_before_1970()
    {
        var state = EntityRows.State(new("k", "a"));
        var rows = Times.Select(time => EntityRows.History(state, time)).ToList();
        Assert.Equal(rows.Select(Hex).Order(StringComparer.Ordinal), rows.Select(Hex));
        Assert.Equal(-1, EntityRows.Hour(-1));
        Assert.Equal(-1, EntityRows.Hour(-3_600_000));
        Assert.Equal(-2, EntityRows.Hour(-3_600_001));
    }

    [Fact]
    public void Hashes_spread_evenly()
    {
        var counts = new int[16];
        for (var i = 0; i < 16_000; i++) counts[EntityRows.State(new("sensor", $"sensor-{i}"))[0] >> 4]++;
        Assert.All(counts, count => Assert.InRange(count, 800, 1200));
    }

    [Fact]
    public void A_text_that_is_no_Unicode_is_refused() =>
        Assert.ThrowsAny<ArgumentException>(() => EntityRows.State(new("k", "\uD800")));

    [Fact]
    public void A_key_that_is_too_long_is_refused()
    {
        EntityRows.State(new("k", new string('x', EntityRows.MaxStateRowLength - 4)));
        Assert.Throws<ArgumentException>(
            () => EntityRows.State(new("k", new string('x', EntityRows.MaxStateRowLength - 3))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("00006b")]
    [InlineData("00006b006b00")]
    [InlineData("00006b006b0080000000000000")]
    [InlineData("00006b006b01")]
    [InlineData("00006b006b0103")]
    public void What_is_no_row_key_is_refused(string hex) =>
        Assert.Throws<FormatException>(() => EntityRows.Parse(Convert.FromHexString(hex)));

    private static void AssertParsed(byte[] kind, byte[] key, long? hour, byte[] row)
    {
        var parsed = EntityRows.Parse(row);
        Assert.Equal(kind, parsed.Kind);
        Assert.Equal(key, parsed.Key);
        Assert.Equal(hour, parsed.Hour);
    }

    private static byte[] Encoded(byte[] text)
    {
        var encoded = new byte[EntityRows.EncodedLength(text)];
        EntityRows.Encode(text, encoded);
        return encoded;
    }

    private static byte[] WithHash(byte[] row) => [0x12, 0x34, .. row.AsSpan(2)];

    private static bool IsBetween(byte[] row, ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to) =>
        from.Span.SequenceCompareTo(row) <= 0 && row.AsSpan().SequenceCompareTo(to.Span) < 0;

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
